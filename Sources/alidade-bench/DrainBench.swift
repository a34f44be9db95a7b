import ArgumentParser
import Glibc
import SQLiteStore
import Store

/// `alidade-bench drain`: a backlog, drained in turn by a consumer that only acknowledges and by the daemon.
struct DrainBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Drain the same backlog with an acknowledging consumer and with the daemon, in turn.")

    @OptionGroup var options: BenchOptions
    @Option(help: "Messages in the backlog.") var count = 200_000
    @Option(help: "Rounds; the table shows medians.") var rounds = 3

    func run() throws {
        var baseline: [Double] = []
        var daemon: [Double] = []
        var baselineCPU: [Double] = []
        var daemonCPU: [Double] = []
        var peak: [Double] = []
        for round in 1...rounds {
            let broker = try BenchBroker(options)
            try broker.fill(count, seed: UInt64(round) * 2)
            let acknowledged = try broker.drainByAcknowledging(count)
            baseline.append(Double(count) / acknowledged.seconds)
            baselineCPU.append(acknowledged.cpuSeconds / Double(count) * 1e6)

            try broker.fill(count, seed: UInt64(round) * 2 + 1)
            let drained = try DaemonDrain(options: options, count: count).run()
            daemon.append(Double(count) / drained.seconds)
            daemonCPU.append(drained.cpuSeconds / Double(count) * 1e6)
            peak.append(drained.peakMebibytes)
            say(
                "round \(round): \(fixed(baseline[round - 1], 0))/s acknowledging, \(fixed(daemon[round - 1], 0))/s daemon"
            )
        }
        let ratios = zip(daemon, baseline).map { $0 / $1 }
        print(
            "| \(options.queueType), \(count) messages, \(rounds) rounds | messages/s | CPU µs per message | peak MiB | b/a |"
        )
        print("| --- | --- | --- | --- | --- |")
        print("| (a) acknowledges only | \(fixed(baseline.median, 0)) | \(fixed(baselineCPU.median)) | | |")
        print(
            """
            | (b) the daemon | \(fixed(daemon.median, 0)) | \(fixed(daemonCPU.median)) | \(fixed(peak.median, 0)) \
            | \(fixed(ratios.median, 2)) |
            """)
    }
}

/// A daemon that drains what is in the queues into a store of its own.
struct DaemonDrain {
    let options: BenchOptions
    let count: Int
    /// Beside the address of the broker.
    var environment: [String: String] = [:]

    /// - Parameter begun: Called once when the first messages are stored.
    func run(_ begun: () throws -> Void = {}) throws -> Drained {
        let folder = try ScratchFolder(in: options.folder)
        let started = monotonicSeconds()
        let program = try Program(
            options.binary, ["run", "--store", folder.storeURL],
            environment: environment.merging([
                "ALIDADE_BROKER_URL": options.url, "ALIDADE_TOPOLOGY_QUEUE_TYPE": options.queueType,
                "ALIDADE_LOG_LEVEL": "warning",
            ]) { $1 })
        // Its start is not the drain: the clock runs from the first stored batch, of which the rate is corrected.
        var first: (seconds: Double, received: Int64)?
        var reader: SQLiteReader?
        while true {
            // Looking costs CPU that the daemon and the broker want.
            usleep(10_000)
            guard monotonicSeconds() - started < 600 else {
                throw Program.Failed(description: "the daemon did not drain within 600 s")
            }
            if reader == nil { reader = try? SQLiteReader.open(StoreLocation(path: folder.path + "/alidade.db")) }
            guard let balance = try? reader?.balance() else { continue }
            if first == nil, balance.received > 0 {
                first = (monotonicSeconds(), balance.received)
                try begun()
            }
            guard balance.received >= count, let first else { continue }
            let share = Double(Int64(count) - first.received) / Double(count)
            let seconds = (monotonicSeconds() - first.seconds) / max(share, 0.01)
            let usage = program.stop()
            guard balance.stored == count else {
                throw Program.Failed(description: "\(balance) where \(count) messages should have been stored")
            }
            return Drained(seconds: seconds, cpuSeconds: usage.cpuSeconds, peakMebibytes: usage.peakMebibytes)
        }
    }
}

struct Drained {
    var seconds: Double
    var cpuSeconds: Double
    var peakMebibytes: Double
}

func say(_ text: String) {
    var line = text + "\n"
    _ = line.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
