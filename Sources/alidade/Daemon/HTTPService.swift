internal import AMQP
internal import DaemonSettings
internal import Dashboard
internal import Ingest
internal import Logging
internal import Replies
internal import Store

/// Health and metrics over HTTP, as `http` in the settings says: from before the first message until the daemon has stopped.
struct HTTPService: Sendable {
    private let address: (host: String, port: Int)?
    private let pages: Pages
    private let logger: Logger

    init(
        _ settings: Settings, ingest: IngestStatus, topology: TopologyStatus, replies: ReplyStatus,
        watch: OperationWatch, logger: Logger
    ) throws {
        address = settings.http.address
        let view = DaemonView(
            ingest: ingest, topology: topology, replies: replies, storePath: try settings.storeLocation().path,
            build: [
                ("version", Version.current), ("store_schema", "\(StoreVersion.schema)"),
                ("sqlite", StoreVersion.sqlite),
                ("librabbitmq", AMQPVersion.library),
            ], operation: { watch.figures })
        pages = Pages(view, token: try settings.http.token()?.value)
        self.logger = logger
    }

    /// Serves while `body` runs; not at all where nothing is configured.
    func serving(while body: () async throws -> Void) async throws {
        guard let address else { return try await body() }
        // The server tells of its every step; what an operator acts on is said here.
        var quiet = logger
        if logger.logLevel > .debug { quiet.logLevel = max(logger.logLevel, .warning) }
        let server = try await DashboardServer.start(pages, host: address.host, port: address.port, logger: quiet)
        logger.notice(
            "serving health and metrics", metadata: ["address": "\(address.host)", "port": "\(server.port)"])
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        await server.stop()
        try outcome.get()
    }
}
