internal import AMQP
internal import DaemonSettings
internal import Dashboard
internal import Files
internal import Logging
internal import ServiceLifecycle
internal import Status
internal import Store

/// Health, metrics and the pages over HTTP, as `http` and `dashboard` in the settings say: from before the first message until the daemon has
/// stopped.
struct HTTPService {
    private let addresses: [DashboardServer.Address]
    private let site: Site
    private let logger: Logger

    init(
        _ settings: Settings, door: Door, ingest: IngestStatus, topology: TopologyStatus, replies: ReplyStatus,
        watch: OperationWatch, work: any StaffWork, logger: Logger
    ) throws {
        addresses =
            (settings.http.address.map { [.port(host: $0.host, $0.port)] } ?? [])
            + (settings.http.socket.map { [.socket(path: $0)] } ?? [])
        let store = try settings.eventStore()
        var view = DaemonView(
            ingest: ingest, topology: topology, replies: replies,
            build: [
                ("version", Version.current)
            ] + StoreOpening.versions + [("librabbitmq", AMQPVersion.library)], storeSizes: { store.sizes },
            operation: { watch.figures })
        let explainer = AlignmentExplainer(settings)
        view.explain = { explainer.explain($0) }
        let probes = ProbePages(view, token: try settings.http.token()?.value)
        site = try Site(probes, view, door, store, logger: logger, work: work)
        self.logger = logger
    }

    /// Takes requests from here on; nil where nothing is configured.
    func listen() async throws -> Server? {
        guard !addresses.isEmpty else { return nil }
        // The server tells of its every step; what an operator acts on is said here.
        var quiet = logger
        if logger.logLevel > .debug { quiet.logLevel = max(logger.logLevel, .warning) }
        var servers: [DashboardServer] = []
        for address in addresses {
            let server = try await DashboardServer.start(site, at: address, logger: quiet)
            servers.append(server)
            let place: Logger.Metadata =
                switch address {
                case .port(let host, _): ["address": "\(host)", "port": "\(server.port)"]
                case .socket(let path): ["socket": "\(path)"]
                }
            logger.notice("serving health and metrics", metadata: place)
        }
        return Server(servers: servers)
    }

    /// A server that takes requests already.
    struct Server: Service {
        fileprivate let servers: [DashboardServer]

        func run() async {
            // An error is the end, too.
            try? await gracefulShutdown()
            for server in servers { await server.stop() }
        }
    }
}
