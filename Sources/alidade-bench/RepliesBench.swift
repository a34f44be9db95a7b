import AMQP
import ArgumentParser
import Events
import Glibc
import SQLiteStore
import Store
import Synchronization
import Threads

/// `alidade-bench replies`: from a request for a metric to its reply, idle and while a backlog drains, and what the requests cost the drain.
struct RepliesBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replies", abstract: "Time from request to reply, idle and under a backlog.")

    @OptionGroup var options: BenchOptions
    @Option(help: "Messages in the backlog.") var count = 200_000
    @Option(help: "Requests while idle.") var requests = 2000
    @Option(help: "Requests that are always waiting in the flood.") var flood = 100

    func run() throws {
        print(
            "| request → reply, \(options.queueType), store of \(count) | requests | p50 ms | p99 ms | worst ms | drained/s |"
        )
        print("| --- | --- | --- | --- | --- | --- |")
        try measure("backlog, no requests", outstanding: 0)
        try measure("backlog, one after the other", outstanding: 1, thenIdle: true)
        try measure("backlog, \(flood) at a time", outstanding: flood)
    }

    /// Drains a fresh backlog while somebody asks; then, where wanted, goes on asking with nothing left to drain.
    private func measure(_ name: String, outstanding: Int, thenIdle: Bool = false) throws {
        try BenchBroker(options).fill(count, seed: 3)
        let folder = try ScratchFolder(in: options.folder)
        let daemon = try Program(
            options.binary, ["run", "--store", folder.storeURL],
            environment: [
                "ALIDADE_BROKER_URL": options.url, "ALIDADE_TOPOLOGY_QUEUE_TYPE": options.queueType,
                "ALIDADE_LOG_LEVEL": "warning",
            ])
        defer { _ = daemon.stop() }
        let asking = try outstanding > 0 ? AskingThread(url: options.url, outstanding: outstanding) : nil
        let rate = try drain(folder)
        row(name, try asking?.stop() ?? [], drained: rate)
        guard thenIdle else { return }
        let idle = try AskingThread(url: options.url, outstanding: 1)
        let limit = monotonicSeconds() + 60
        while idle.count < requests, monotonicSeconds() < limit { usleep(10_000) }
        row("idle, one after the other", try idle.stop(), drained: nil)
    }

    /// Messages a second, from the first stored batch on.
    private func drain(_ folder: borrowing ScratchFolder) throws -> Double {
        var first: (seconds: Double, received: Int64)?
        var reader: SQLiteReader?
        let limit = monotonicSeconds() + 600
        while true {
            usleep(10_000)
            guard monotonicSeconds() < limit else {
                throw Program.Failed(description: "the daemon did not drain within 600 s")
            }
            if reader == nil { reader = try? SQLiteReader.open(StoreLocation(path: folder.path + "/alidade.db")) }
            guard let balance = try? reader?.balance() else { continue }
            if first == nil, balance.received > 0 { first = (monotonicSeconds(), balance.received) }
            guard balance.received >= count, let first else { continue }
            return Double(Int64(count) - first.received) / max(monotonicSeconds() - first.seconds, 0.001)
        }
    }

    private func row(_ name: String, _ seconds: [Double], drained: Double?) {
        let milliseconds = seconds.map { $0 * 1000 }
        print(
            "| \(name) | \(milliseconds.count) | \(fixed(milliseconds.quantile(0.5))) | \(fixed(milliseconds.quantile(0.99))) "
                + "| \(fixed(milliseconds.max() ?? .nan)) | \(drained.map { fixed($0, 0) } ?? "") |")
    }
}

/// Asks for one metric after the other, with so many requests under way at any time.
private final class AskingThread: Sendable {
    private static let requestsQueue = "telemetry-metrics-requests"
    private static let metrics = [
        "override_rate", "average_decision_time", "outcome_distribution", "admin_engagement", "profiler_completion",
        "module_time", "aptitude_score", "track_alignment", "scenario_choice_distribution", "data_quality",
    ]

    private let seconds = Mutex<[Double]>([])
    private let isStopped = Atomic<Bool>(false)
    private let failure = Mutex<String?>(nil)
    private let thread = Mutex<DedicatedThread?>(nil)

    init(url: String, outstanding: Int) throws {
        let url = try BrokerURL(parsing: url)
        let started = try DedicatedThread.start(named: "ask") { [self] in
            do { try ask(url, outstanding) } catch { failure.withLock { $0 = "\(error)" } }
        }
        thread.withLock { $0 = started }
    }

    var count: Int { seconds.withLock(\.count) }

    /// The times of all replies so far.
    func stop() throws -> [Double] {
        isStopped.store(true, ordering: .relaxed)
        thread.withLock { $0 }?.join()
        if let failure = failure.withLock({ $0 }) { throw Program.Failed(description: failure) }
        return seconds.withLock { $0 }
    }

    private func ask(_ url: BrokerURL, _ outstanding: Int) throws {
        var connection = try Connection.open(ConnectionOptions(url: url))
        // The daemon makes its queue.
        while (try? connection.checkQueue(Self.requestsQueue)) == nil, !isStopped.load(ordering: .relaxed) {
            usleep(20_000)
        }
        let replies = try connection.declareQueue("", durable: false, exclusive: true).name
        try connection.consume(named: replies, acknowledging: false)
        var sentAt: [Double] = []
        var received = 0
        while !isStopped.load(ordering: .relaxed) {
            // The first one waits for the daemon's start and is not counted.
            while sentAt.count - received < (received == 0 ? 1 : outstanding) {
                var properties = PublishProperties()
                properties.replyTo = ShortText(replies)
                properties.correlationID = ShortText("\(sentAt.count)")
                let metric = Self.metrics[sentAt.count % Self.metrics.count]
                sentAt.append(monotonicSeconds())
                try connection.publish(
                    "{\"metric\":\"\(metric)\",\"days\":30}", exchange: "", routingKey: ShortText(Self.requestsQueue),
                    properties: properties, mandatory: false)
            }
            let messages = try connection.receiveMessages()
            for message in messages {
                received += 1
                guard received > 1, let number = message.correlationID.flatMap({ Int($0.description) }) else {
                    continue
                }
                seconds.withLock { $0.append(monotonicSeconds() - sentAt[number]) }
            }
            if messages.isEmpty { _ = try connection.wait(upTo: 100) }
        }
        connection.close()
    }
}
