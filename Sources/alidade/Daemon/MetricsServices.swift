internal import Broker
internal import DaemonSettings
internal import Logging
internal import Replies
internal import ServiceLifecycle
internal import Status
internal import Store
internal import Threads

/// The threads that work at the broker beside the ingest: one answers requests, one publishes aggregates, one looks after the topology.
///
/// They begin when messages are first consumed, because the store is there then, and end together.
struct MetricsServices: Service {
    /// How long their end is waited for; a call to a broker that does not answer may take longer, and nothing is lost with it.
    private static let endLimit = Duration.milliseconds(500)

    private let threads: [ThreadService]
    private let logger: Logger
    private let begun: AsyncStream<Void>
    private let beginning: AsyncStream<Void>.Continuation

    init(
        _ store: any EventStore, _ reloader: Reloader, topology: Topology, topologyStatus: TopologyStatus,
        status: ReplyStatus, logger: Logger
    ) {
        let broker = reloader.broker
        let watch = TopologyWatch(
            options: { broker.options(for: "topology watch") }, topology: topology, status: topologyStatus,
            logger: logger)
        let server = RequestServer(
            options: { broker.options(for: "metrics") },
            place: BrokerPlace(topology, .requests, status: topologyStatus), store: store,
            dimensions: { reloader.dimensions }, status: status, logger: logger)
        let publisher = AggregatePublisher(
            options: { broker.options(for: "aggregates") },
            place: BrokerPlace(topology, .aggregates, status: topologyStatus), store: store,
            schedule: { reloader.schedule },
            status: status, logger: logger)
        threads = [
            ThreadService(name: "metrics", endLimit: Self.endLimit) { server.run(until: $0) },
            ThreadService(name: "aggregates", endLimit: Self.endLimit) { publisher.run(until: $0) },
            ThreadService(name: "topology", endLimit: Self.endLimit) { watch.run(until: $0) },
        ]
        self.logger = logger
        (begun, beginning) = AsyncStream.makeStream(of: Void.self)
    }

    /// The first call lets the threads begin; later ones do nothing.
    func begin() { beginning.finish() }

    func run() async throws {
        await cancelWhenGracefulShutdown { [begun] in for await _ in begun {} }
        guard !Task.isShuttingDownGracefully, !Task.isCancelled else { return }
        await withTaskGroup(of: Void.self) { group in
            for thread in threads { group.addTask { await run(thread) } }
        }
    }

    /// Without one of them the ingest goes on.
    private func run(_ thread: ThreadService) async {
        do { try await thread.run() } catch {
            logger.error("\(error)")
            try? await gracefulShutdown()
        }
    }
}
