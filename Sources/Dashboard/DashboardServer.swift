internal import HTTPTypes
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import NIOPosix

/// Serves the ``Pages`` over HTTP/1.1, on one thread of its own.
package struct DashboardServer: Sendable {
    /// A scraper and a few probes need two or three; see ``ConnectionBook`` for what becomes of more.
    private static let maximumConnections = 64
    private static let idleLimit = TimeAmount.seconds(30)
    /// A request line with a token needs a fraction of it.
    private static let maximumHeaderBytes = 16 * 1024
    /// How long answers that are under way may take to end.
    private static let stopLimit = Duration.milliseconds(500)

    /// The port that it listens on: the one asked for, or the one that was given for 0.
    package let port: Int
    private let server: Server<HTTP1Channel>
    private let ended: AsyncStream<Void>

    /// Never shut down: the process has one server and ends after it.
    private static let eventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private enum Start {
        case listening(port: Int)
        case failed(any Error)
    }

    /// Returns once requests are taken.
    package static func start(
        _ pages: Pages, host: String, port: Int, logger: Logger
    ) async throws(ListenError) -> DashboardServer {
        let (starts, start) = AsyncStream.makeStream(of: Start.self)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let server = Server(
            childChannelSetup: channel(pages),
            configuration: ServerConfiguration(
                address: .hostname(host, port: port)),
            onServerRunning: { start.yield(.listening(port: $0.localAddress?.port ?? port)) },
            eventLoopGroup: eventLoop, logger: logger)
        Task {
            do { try await server.run() } catch { start.yield(.failed(error)) }
            start.finish()
            end.finish()
        }
        for await outcome in starts {
            switch outcome {
            case .listening(let port): return DashboardServer(port: port, server: server, ended: ended)
            case .failed(let error): throw ListenError(host: host, port: port, error)
            }
        }
        throw ListenError(host: host, port: port, CancellationError())
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

    private static func channel(_ pages: Pages) -> HTTP1Channel {
        let book = ConnectionBook(maximum: maximumConnections)
        return HTTP1Channel(
            responder: { request, writer, _ in
                let answer = pages.answer(
                    method: request.method.rawValue, path: request.head.path ?? "",
                    authorization: request.headers[.authorization])
                try await respond(answer, isHead: request.method == .head, with: writer)
            },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionBookkeeper(book)],
                idleTimeout: idleLimit,
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: maximumHeaderBytes, maxHeaderListSize: maximumHeaderBytes,
                    maxHeaderFieldCount: 100)))
    }

    @concurrent
    private static func respond(_ answer: PageAnswer, isHead: Bool, with writer: consuming ResponseWriter) async throws
    {
        let body = ByteBuffer(string: answer.body)
        var head = HTTPResponse(status: HTTPResponse.Status(code: answer.status))
        head.headerFields[.contentType] = answer.contentType
        head.headerFields[.contentLength] = "\(body.readableBytes)"
        // What is shown is of this moment.
        head.headerFields[.cacheControl] = "no-store"
        for (name, value) in answer.fields {
            if let name = HTTPField.Name(name) { head.headerFields[name] = value }
        }
        guard !isHead else { return try await writer.writeResponse(head) }
        try await writer.write(response: head, body: ResponseBody(byteBuffer: body))
    }
}
