import ArgumentParser
import Glibc
import SQLiteStore
import Store

/// `alidade-bench growth`: what a message costs as the store grows, without a broker.
struct GrowthBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth", abstract: "CPU of `alidade ingest` per message, as the store grows.")

    @OptionGroup var options: BenchOptions
    @Option(help: "Messages ingested by one process at most; the cost is that of the last ones before a mark.")
    var step = 500_000
    @Flag(help: "Leave the store there.") var keep = false
    @Option(help: "Where the CPU is read, in stored messages.") var marks = "100000,500000,1000000,2000000,5000000"

    func run() throws {
        let folder = try ScratchFolder(in: options.folder)
        let marks = marks.split(separator: ",").compactMap { Int($0) }
        var generator = MessageGenerator(seed: 42, start: recentStart, microsecondsBetween: 300_000)
        var stored = 0
        var costs: [(mark: Int, cpu: Double, peak: Double)] = []
        folder.isKept = keep
        while let mark = marks.first(where: { $0 > stored }) {
            let step = min(step, mark - stored)
            var cpu = 0.0
            var peak = 0.0
            // Twice over the same messages, once for each kind: kept in memory they would weigh on the child's peak.
            var next = generator
            for isProfiler in [true, false] {
                next = generator
                let usage = try ingest(step, of: &next, isProfiler, folder)
                cpu += usage.cpuSeconds
                peak = max(peak, usage.peakMebibytes)
            }
            generator = next
            stored += step
            if marks.contains(stored) {
                costs.append((stored, cpu / Double(step) * 1e6, peak))
                say("\(stored): \(fixed(cpu / Double(step) * 1e6)) µs, peak \(fixed(peak, 0)) MiB")
            }
        }
        let balance = try SQLiteReader.open(StoreLocation(path: folder.path + "/alidade.db")).balance()
        guard balance.stored == stored else {
            throw Program.Failed(description: "\(balance), expected \(stored) stored")
        }
        print("| stored messages | CPU µs per message | peak MiB | against the first |")
        print("| --- | --- | --- | --- |")
        for cost in costs {
            print(
                "| \(cost.mark) | \(fixed(cost.cpu)) | \(fixed(cost.peak, 0)) | \(fixed(cost.cpu / (costs.first?.cpu ?? 1), 2)) |"
            )
        }
    }

    private func ingest(
        _ count: Int, of generator: inout MessageGenerator, _ isProfiler: Bool, _ folder: ScratchFolder
    ) throws -> Program.Usage {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0 else {
            throw Program.Failed(description: "could not make a pipe")
        }
        let program = try Program(
            options.binary,
            ["ingest", "-", "--kind", isProfiler ? "profiler" : "intelligence", "--store", folder.storeURL],
            environment: ["ALIDADE_LOG_LEVEL": "error"], input: ends[0])
        close(ends[0])
        var pending: [UInt8] = []
        for number in 1...count {
            let message = generator.next()
            if message.isProfiler == isProfiler {
                pending += message.body.utf8
                pending.append(0x0A)
            }
            if pending.count > 1 << 16 || number == count {
                try send(pending, to: ends[1])
                pending.removeAll(keepingCapacity: true)
            }
        }
        close(ends[1])
        let usage = program.waitUntilEnded()
        guard usage.exitStatus == 0 else {
            throw Program.Failed(description: "alidade ingest ended with \(usage.exitStatus)")
        }
        return usage
    }

    private func send(_ bytes: [UInt8], to descriptor: Int32) throws {
        try bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                guard count > 0 else { throw Program.Failed(description: "alidade ingest went away") }
                written += count
            }
        }
    }
}
