internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import NIOPosix

/// Serves a ``Site`` over HTTP/1.1, on one thread of its own.
package struct DashboardServer: Sendable {
    /// See ``ConnectionBook`` for what becomes of more.
    private static let maximumConnections = 256
    private static let maximumOfPeer = 16
    private static let idleLimit = TimeAmount.seconds(30)
    /// A request line with a token needs a fraction of it.
    private static let maximumHeaderBytes = 16 * 1024
    /// How long answers that are under way may take to end.
    private static let stopLimit = Duration.milliseconds(500)

    /// Where it listens.
    package enum Address: Sendable {
        /// Port 0 asks for any.
        case port(host: String, Int)
        case socket(path: String)
    }

    /// The port that it listens on: the one asked for, or the one that was given for 0; 0 for a socket.
    package let port: Int
    private let server: Server<HTTP1Channel>
    private let ended: AsyncStream<Void>

    /// Never shut down: the process has one, and ends after it.
    private static let eventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private enum Start {
        case listening(port: Int)
        case failed(any Error)
    }

    /// Returns once requests are taken.
    package static func start(_ site: Site, at address: Address, logger: Logger) async throws(ListenError)
        -> DashboardServer
    {
        let (starts, start) = AsyncStream.makeStream(of: Start.self)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let bind: BindAddress
        switch address {
        case .port(let host, let port): bind = .hostname(host, port: port)
        case .socket(let path):
            SocketFile.removeStale(path)
            bind = .unixDomainSocket(path: path)
        }
        let server = Server(
            childChannelSetup: channel(site, logger),
            configuration: ServerConfiguration(address: bind),
            onServerRunning: { start.yield(.listening(port: $0.localAddress?.port ?? 0)) },
            eventLoopGroup: eventLoop, logger: logger)
        Task {
            do { try await server.run() } catch { start.yield(.failed(error)) }
            start.finish()
            end.finish()
        }
        for await outcome in starts {
            switch outcome {
            case .listening(let port):
                switch address {
                case .port(let host, _): site.door.listens(at: host, port: port)
                case .socket(let path): SocketFile.openToGroup(path)
                }
                return DashboardServer(port: port, server: server, ended: ended)
            case .failed(let error): throw ListenError(address, error)
            }
        }
        throw ListenError(address, CancellationError())
    }

    /// Takes no more requests and ends the answers under way, but does not wait for them longer than half a second.
    package func stop() async {
        let server = server
        Task { try? await server.shutdownGracefully() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in ended {} }
            group.addTask { try? await Task.sleep(for: Self.stopLimit) }
            await group.next()
            group.cancelAll()
        }
    }

    private static func channel(_ site: Site, _ logger: Logger) -> HTTP1Channel {
        let book = ConnectionBook(maximum: maximumConnections, ofPeer: maximumOfPeer)
        let responder = site.responder()
        return HTTP1Channel(
            responder: { request, writer, channel in
                let context = PageContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
                let response = try await responder.respond(to: request, context: context)
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionBookkeeper(book)],
                idleTimeout: idleLimit,
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: maximumHeaderBytes, maxHeaderListSize: maximumHeaderBytes,
                    maxHeaderFieldCount: 100)))
    }
}
