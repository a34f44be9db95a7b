import AMQP
import ArgumentParser
import Events
import Glibc
import SQLiteStore
import Store
import Synchronization
import Threads

/// `alidade-bench latency`: from publishing to durable, at a steady rate.
///
/// An event counts as durable when another connection to the store can see it: SQLite shows a transaction of a synchronous=FULL log only
/// after the log has been synced.
struct LatencyBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency", abstract: "Time from publish to durable at a steady rate.")

    @OptionGroup var options: BenchOptions
    @Option(help: "Messages a second.") var rate = 500
    @Option(help: "Seconds.") var seconds = 20

    func run() throws {
        let broker = try BenchBroker(options)
        try broker.fill(0, seed: 0)
        let folder = try ScratchFolder(in: options.folder)
        let daemon = try Program(
            options.binary, ["run", "--store", folder.storeURL],
            environment: [
                "ALIDADE_BROKER_URL": options.url, "ALIDADE_TOPOLOGY_QUEUE_TYPE": options.queueType,
                "ALIDADE_LOG_LEVEL": "warning",
            ])
        let count = rate * seconds
        let published = Mutex([Double](repeating: 0, count: count))
        let url = options.url
        let rate = rate
        // The first messages wait for the daemon to start; they are not counted.
        let uncounted = rate
        let publisher = try DedicatedThread.start(named: "publish") {
            guard let url = try? BrokerURL(parsing: url),
                var connection = try? Connection.open(ConnectionOptions(url: url))
            else { return }
            let started = monotonicSeconds() + 1
            for number in 0..<count {
                let due = started + Double(number) / Double(rate)
                while monotonicSeconds() < due { usleep(UInt32(max(1, (due - monotonicSeconds()) * 1e6))) }
                let body = """
                    {"event_id":"\(number)","occurred_at":"2026-02-09T12:00:00Z","event_type":"DASHBOARD_OPEN","admin_user_id":7,\
                    "explanation_version":"v1"}
                    """
                published.withLock { $0[number] = monotonicSeconds() }
                _ = try? connection.publish(
                    body, exchange: "", routingKey: ShortText(IngestQueue.intelligence.name),
                    properties: PublishProperties(),
                    mandatory: false)
            }
            connection.close()
        }
        var latencies = [Double](repeating: .nan, count: count)
        var seen = 0
        var last: Int64 = 0
        var reader: SQLiteReader?
        let limit = monotonicSeconds() + Double(seconds) + 30
        while seen < count {
            guard monotonicSeconds() < limit else {
                throw Program.Failed(description: "only \(seen) of \(count) became durable")
            }
            usleep(500)
            if reader == nil { reader = try? SQLiteReader.open(StoreLocation(path: folder.path + "/alidade.db")) }
            guard let reader else { continue }
            try reader.forEachView(after: last) { seq, eventID in
                last = seq
                seen += 1
                if let number = Int(eventID) {
                    latencies[number] = monotonicSeconds() - published.withLock { $0[number] }
                }
            }
        }
        publisher.join()
        _ = daemon.stop()
        let counted = latencies.dropFirst(uncounted).map { $0 * 1000 }
        print("| publish → durable at \(rate)/s, \(options.queueType) | p50 ms | p90 ms | p99 ms | worst ms |")
        print("| --- | --- | --- | --- | --- |")
        print(
            "| \(counted.count) messages | \(fixed(counted.quantile(0.5))) | \(fixed(counted.quantile(0.9))) "
                + "| \(fixed(counted.quantile(0.99))) | \(fixed(counted.max() ?? .nan)) |")
    }
}
