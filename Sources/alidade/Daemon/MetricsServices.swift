internal import AMQP
internal import DaemonSettings
internal import Ingest
internal import Logging
internal import Replies
internal import Store
internal import Synchronization

/// The threads that work at the broker beside the ingest: one answers requests, one publishes aggregates, one looks after the topology.
///
/// They begin when messages are first consumed, because the store is there then.
final class MetricsServices: Sendable {
    /// How long their end is waited for; a call to a broker that does not answer may take longer, and nothing is lost with it.
    private static let endLimit = Duration.milliseconds(500)

    private let server: RequestServer
    private let publisher: AggregatePublisher
    private let watch: TopologyWatch
    private let logger: Logger
    private let stop = StopSignal()
    private let hasBegun = Atomic<Bool>(false)
    private let running = Atomic<Int>(0)

    init(
        _ store: StoreLocation, _ reloader: Reloader, topology: Topology, topologyStatus: TopologyStatus,
        status: ReplyStatus, logger: Logger
    ) {
        let broker = reloader.broker
        watch = TopologyWatch(
            options: { broker.options(for: "topology watch") }, topology: topology, status: topologyStatus,
            logger: logger)
        server = RequestServer(
            options: { broker.options(for: "metrics") },
            place: BrokerPlace(topology, .requests, status: topologyStatus), store: store, status: status,
            logger: logger)
        publisher = AggregatePublisher(
            options: { broker.options(for: "aggregates") },
            place: BrokerPlace(topology, .aggregates, status: topologyStatus), store: store,
            schedule: { reloader.schedule },
            status: status, logger: logger)
        self.logger = logger
    }

    /// The first call starts the threads; later ones do nothing.
    func begin() {
        guard !hasBegun.exchange(true, ordering: .relaxed) else { return }
        start("metrics") { [server, stop] in server.run(until: stop) }
        start("aggregates") { [publisher, stop] in publisher.run(until: stop) }
        start("topology") { [watch, stop] in watch.run(until: stop) }
    }

    func requestStop() { stop.request() }

    /// Requests a stop and waits until the threads have ended, for a moment.
    func end() async {
        stop.request()
        let limit = ContinuousClock.now + Self.endLimit
        while running.load(ordering: .acquiring) > 0, ContinuousClock.now < limit {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        running.add(1, ordering: .relaxed)
        do {
            _ = try DedicatedThread.start(named: name) { [self] in
                body()
                running.subtract(1, ordering: .releasing)
            }
        } catch {
            running.subtract(1, ordering: .releasing)
            logger.error("could not start the thread \(name)", metadata: ["error": "\(error)"])
        }
    }
}
