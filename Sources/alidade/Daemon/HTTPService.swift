internal import AMQP
internal import DaemonSettings
internal import Dashboard
internal import Files
internal import Logging
internal import ServiceLifecycle
internal import Status
internal import Store

/// Health and metrics over HTTP, as `http` in the settings says: from before the first message until the daemon has stopped.
struct HTTPService {
    private let address: (host: String, port: Int)?
    private let pages: Pages
    private let logger: Logger

    init(
        _ settings: Settings, ingest: IngestStatus, topology: TopologyStatus, replies: ReplyStatus,
        watch: OperationWatch, logger: Logger
    ) throws {
        address = settings.http.address
        let store = try settings.eventStore()
        let view = DaemonView(
            ingest: ingest, topology: topology, replies: replies,
            build: [
                ("version", Version.current)
            ] + StoreOpening.versions + [("librabbitmq", AMQPVersion.library)], storeSizes: { store.sizes },
            operation: { watch.figures })
        pages = Pages(view, token: try settings.http.token()?.value)
        self.logger = logger
    }

    /// Takes requests from here on; nil where nothing is configured.
    func listen() async throws -> Server? {
        guard let address else { return nil }
        // The server tells of its every step; what an operator acts on is said here.
        var quiet = logger
        if logger.logLevel > .debug { quiet.logLevel = max(logger.logLevel, .warning) }
        let server = try await DashboardServer.start(pages, host: address.host, port: address.port, logger: quiet)
        logger.notice(
            "serving health and metrics", metadata: ["address": "\(address.host)", "port": "\(server.port)"])
        return Server(server: server)
    }

    /// A server that takes requests already.
    struct Server: Service {
        fileprivate let server: DashboardServer

        func run() async {
            // An error is the end, too.
            try? await gracefulShutdown()
            await server.stop()
        }
    }
}
