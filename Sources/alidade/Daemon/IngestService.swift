internal import Broker
internal import Ingest
internal import ServiceLifecycle
internal import Status
internal import Threads

/// Takes messages from the broker until it is asked to stop; then finishes what is in hand.
struct IngestService: Service {
    let pipeline: IngestPipeline
    let topology: Topology
    let topologyStatus: TopologyStatus
    let broker: CurrentBroker

    /// Throws where the store or the topology make going on impossible.
    func run() async throws {
        let stop = StopSignal()
        let ended = await withTaskCancellationOrGracefulShutdownHandler {
            await pipeline.runOnThread(source(), until: stop)
        } onCancelOrGracefulShutdown: {
            stop.request()
        }
        try ended.get()
    }

    private func source() -> BrokerSource {
        BrokerSource(topology: topology, status: topologyStatus) { [broker] in
            BrokerSource.Plan(options: broker.options(for: "consume"), prefetch: broker.prefetch)
        }
    }
}
