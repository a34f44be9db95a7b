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

    private let source: BrokerConfiguration
    private let pipeline: IngestPipeline
    private let receipts: ReceiptPublisher
    private let replies = ReplyStatus()
    private let metrics: MetricsServices
    private let http: HTTPService
    private let manager = ServiceManager()
    private let logger: Logger

    init(settings: Settings, logger: Logger) throws {
        source = try BrokerConfiguration(settings)
        receipts = try ReceiptPublisher(options: source.options(for: "receipts"), logger: logger)
        var options = try settings.ingestOptions()
        metrics = try MetricsServices(settings, broker: source, status: replies, logger: logger)
        options.onConsuming = { [manager, metrics] in
            manager.ready()
            metrics.begin()
        }
        pipeline = IngestPipeline(
            store: try settings.storeLocation(), options: options, receipts: receipts, logger: logger)
        http = try HTTPService(settings, ingest: pipeline.status, replies: replies, logger: logger)
        self.logger = logger
    }

    /// Runs until a signal asks to stop, or the store or the topology make going on impossible.
    func run() async throws {
        // A closed standard error or socket is an error to handle, not a signal to die of.
        signal(SIGPIPE, SIG_IGN)
        let stop = StopSignal()
        let heartbeat = ServiceHeartbeat(
            manager: manager, status: pipeline.status, stop: stop, backlog: { [replies] in replies.backlog })
        let beating = Task { await heartbeat.run() }
        defer { beating.cancel() }
        try await http.serving {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await stopOnSignal(stop) }
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
        let ended = await pipeline.runOnThread(
            BrokerSource(options: source.options(for: "consume"), topology: source.topology, prefetch: source.prefetch),
            until: stop)
        receiptsStop.request()
        await metrics.end()
        try await sending.value
        try ended.get()
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
