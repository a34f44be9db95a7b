internal import Broker
internal import Dashboard
internal import Glibc
internal import Ingest
internal import Logging
internal import Replies
internal import DaemonSettings
internal import ServiceLifecycle
internal import Status
internal import Store
internal import Threads
internal import UnixSignals

/// The composition root of `alidade run`: which parts there are, and in which order they begin and end.
struct Daemon {
    private let reloader: Reloader
    private let topology: Topology
    private let topologyStatus: TopologyStatus
    private let pipeline: IngestPipeline
    private let receipts: ReceiptPublisher
    private let rejections: RejectionPublisher
    private let replies = ReplyStatus()
    private let metrics: MetricsServices
    private let watch: OperationWatch
    private let http: HTTPService
    private let manager = ServiceManager()
    private let logger: Logger

    /// `read` reads the settings again for a reload.
    init(settings: Settings, logger: Logger, read: @escaping @Sendable () throws -> Settings) throws {
        let prepared = try PreparedSettings(settings)
        let door = Door(try prepared.doorRules(), logger: logger)
        let reloader = Reloader(prepared, door: door, logger: logger, read: read)
        self.reloader = reloader
        topology = prepared.broker.topology
        topologyStatus = TopologyStatus(logger: logger)
        receipts = try ReceiptPublisher(
            options: { reloader.broker.options(for: "receipts") }, prefetch: { reloader.broker.prefetch },
            status: replies, logger: logger)
        rejections = try RejectionPublisher(
            options: { reloader.broker.options(for: "rejections") },
            place: BrokerPlace(topology, .rejections, status: topologyStatus), status: replies, logger: logger)
        metrics = MetricsServices(
            prepared.store, reloader, topology: topology, topologyStatus: topologyStatus, status: replies,
            logger: logger)
        let work = try StaffOperations(prepared.store, logger: logger) { reloader.ingest }
        var hooks = IngestHooks()
        // Not only when the broker has been reached: a service that waits for it can be reloaded, and need not be started again.
        hooks.onStarted = { [manager] in
            manager.ready()
            work.resume()
        }
        hooks.onConsuming = { [metrics] in metrics.begin() }
        pipeline = IngestPipeline(
            store: prepared.store, options: prepared.ingest, hooks: hooks, receipts: receipts,
            rejections: rejections, stateFolders: ProcessEnvironment.variables["STATE_DIRECTORY"], logger: logger)
        watch = OperationWatch(reloader, ingest: pipeline.status, store: prepared.store)
        http = try HTTPService(
            settings, door: door, ingest: pipeline.status, topology: topologyStatus, replies: replies, watch: watch,
            work: work, logger: logger)
        self.logger = logger
        var facts: Logger.Metadata = ["version": "\(Version.current)", "store": "\(settings.store.url)"]
        for used in prepared.models { facts[used.setting] = "\(used.title)" }
        logger.notice("starting", metadata: facts)
        for warning in settings.dashboardWarnings { logger.warning("\(warning)") }
    }

    /// Runs until a signal asks to stop, or the store or the topology make going on impossible. Each element of `reloads` asks for a reload.
    func run(reloads: UnixSignalsSequence) async throws {
        // A closed standard error or socket is an error to handle, not a signal to die of.
        signal(SIGPIPE, SIG_IGN)
        let signals = await StopSignals.caught()
        // A port that is in use ends the start before anything has begun.
        let server = try await http.listen()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: services(reloads, server), logger: logger))
        let heeding = Task { await StopSignals(manager: manager, logger: logger).heed(signals, stopping: group) }
        defer { heeding.cancel() }
        try await group.run()
    }

    /// They begin together and end in the reverse of this order, each when the next one has ended. The first that fails ends all.
    private func services(
        _ reloads: UnixSignalsSequence, _ server: HTTPService.Server?
    ) -> [ServiceGroupConfiguration.ServiceConfiguration] {
        var services: [(name: String, service: any Service)] = []
        // How the daemon is can be seen until everything else has ended.
        services.append(("heartbeat", heartbeat))
        services.append(("reloads", ReloadService(requests: reloads, reload: reload)))
        // Not waited for at the end: it only looks.
        services.append(("watch", ThreadService(name: "watch", endLimit: .zero) { [watch] in watch.run(until: $0) }))
        if let server { services.append(("http", server)) }
        // The ingest owes receipts until its end.
        services.append(("receipts", ThreadService(name: "receipts") { [receipts] in receipts.run(until: $0) }))
        // It tells of what the ingest quarantines until its end, and is not waited for any longer.
        let telling = ThreadService(name: "rejections", endLimit: .seconds(1)) { [rejections] in
            rejections.run(until: $0)
        }
        services.append(("rejections", telling))
        services.append(("ingest", ingest))
        // They read the store that the ingest has opened.
        services.append(("metrics", metrics))
        return services.map { name, service in
            // Named, because otherwise everything in it would be its name.
            ServiceGroupConfiguration.ServiceConfiguration(
                service: service, successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup, serviceName: name)
        }
    }

    private var heartbeat: ServiceHeartbeat {
        ServiceHeartbeat(
            manager: manager, status: pipeline.status, logger: logger,
            backlog: { [replies] in replies.backlog },
            troubles: { [replies, topologyStatus] in replies.troubles + topologyStatus.troubles })
    }

    private var ingest: IngestService {
        IngestService(pipeline: pipeline, topology: topology, topologyStatus: topologyStatus, broker: reloader.broker)
    }

    private func reload() {
        guard !manager.isStopping else { return logger.notice("not reloaded: the daemon is stopping") }
        // Before that, the end of a reload would be taken for the end of the start.
        let isReady = manager.isReady
        if isReady { manager.reloading() }
        reloader.reload(pipeline.options)
        if isReady, !manager.isStopping { manager.reloaded() }
    }
}

/// Reloads when it is asked to.
private struct ReloadService: Service {
    let requests: UnixSignalsSequence
    let reload: @Sendable () -> Void

    func run() async { for await _ in requests.cancelOnGracefulShutdown() { reload() } }
}
