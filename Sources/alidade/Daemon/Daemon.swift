internal import AMQP
internal import Glibc
internal import Ingest
internal import Logging
internal import Replies
internal import DaemonSettings
internal import Store
internal import UnixSignals

/// The composition root of `alidade run`: which parts there are, on which threads, and in which order they end.
struct Daemon {
    /// How long a graceful stop may take before the process ends anyway; systemd and people wait no longer.
    private static let stopLimit = Duration.milliseconds(4800)

    private let reloader: Reloader
    private let topology: Topology
    private let topologyStatus: TopologyStatus
    private let pipeline: IngestPipeline
    private let receipts: ReceiptPublisher
    private let replies = ReplyStatus()
    private let metrics: MetricsServices
    private let watch: OperationWatch
    private let http: HTTPService
    private let manager = ServiceManager()
    private let logger: Logger

    /// `read` reads the settings again for a reload.
    init(settings: Settings, logger: Logger, read: @escaping @Sendable () throws -> Settings) throws {
        let prepared = try PreparedSettings(settings)
        let reloader = Reloader(prepared, logger: logger, read: read)
        self.reloader = reloader
        topology = prepared.broker.topology
        topologyStatus = TopologyStatus(logger: logger)
        receipts = try ReceiptPublisher(
            options: { reloader.broker.options(for: "receipts") }, prefetch: { reloader.broker.prefetch },
            status: replies, logger: logger)
        metrics = MetricsServices(
            prepared.store, reloader, topology: topology, topologyStatus: topologyStatus, status: replies,
            logger: logger)
        var options = prepared.ingest
        // Not only when the broker has been reached: a service that waits for it can be reloaded, and need not be started again.
        options.onStarted = { [manager] in manager.ready() }
        options.onConsuming = { [metrics] in metrics.begin() }
        pipeline = IngestPipeline(
            store: prepared.store, options: options, receipts: receipts,
            stateFolders: CommonOptions.environment["STATE_DIRECTORY"], logger: logger)
        watch = OperationWatch(reloader, ingest: pipeline.status, store: prepared.store)
        http = try HTTPService(
            settings, ingest: pipeline.status, topology: topologyStatus, replies: replies, watch: watch, logger: logger)
        self.logger = logger
    }

    /// Runs until a signal asks to stop, or the store or the topology make going on impossible. Each element of `reloads` asks for a reload.
    func run(reloads: UnixSignalsSequence) async throws {
        // A closed standard error or socket is an error to handle, not a signal to die of.
        signal(SIGPIPE, SIG_IGN)
        let stop = StopSignal()
        let heartbeat = ServiceHeartbeat(
            manager: manager, status: pipeline.status, stop: stop, logger: logger,
            backlog: { [replies] in replies.backlog },
            troubles: { [replies, topologyStatus] in replies.troubles + topologyStatus.troubles })
        let beating = Task { await heartbeat.run() }
        defer { beating.cancel() }
        // Not waited for at the end: it only looks.
        _ = try DedicatedThread.start(named: "watch") { [watch] in watch.run(until: stop) }
        try await http.serving {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await stopOnSignal(stop) }
                group.addTask { for await _ in reloads { reload(unless: stop) } }
                group.addTask { try await consume(until: stop) }
                // The signals go on for ever: the first to end is the ingest, or it fails.
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private func consume(until stop: StopSignal) async throws {
        let receiptsStop = StopSignal()
        let receipts = self.receipts
        let sending = Task {
            try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
                do {
                    _ = try DedicatedThread.start(named: "receipts") {
                        receipts.run(until: receiptsStop)
                        ended.resume()
                    }
                } catch { ended.resume(throwing: error) }
            }
        }
        let broker = reloader.broker
        let source = BrokerSource(topology: topology, status: topologyStatus) {
            BrokerSource.Plan(options: broker.options(for: "consume"), prefetch: broker.prefetch)
        }
        let ended = await pipeline.runOnThread(source, until: stop)
        receiptsStop.request()
        await metrics.end()
        try await sending.value
        try ended.get()
    }

    private func reload(unless stop: StopSignal) {
        guard !stop.isRequested else { return logger.notice("not reloaded: the daemon is stopping") }
        // Before that, the end of a reload would be taken for the end of the start.
        let isReady = manager.isReady
        if isReady { manager.reloading() }
        reloader.reload(pipeline.options)
        if isReady, !stop.isRequested { manager.reloaded() }
    }

    private func stopOnSignal(_ stop: StopSignal) async {
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
            guard !stop.isRequested else {
                logger.warning("stopping at once", metadata: ["signal": "\(signal)"])
                _exit(1)
            }
            logger.notice("stopping", metadata: ["signal": "\(signal)"])
            manager.stopping()
            stop.request()
            metrics.requestStop()
            Task.detached { [logger] in
                try await Task.sleep(for: Self.stopLimit)
                logger.warning("stopping before everything was finished; the broker delivers the rest again")
                LogOutput.flush()
                _exit(0)
            }
        }
    }
}
