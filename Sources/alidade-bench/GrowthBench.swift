import ArgumentParser
import Glibc
import Store

/// `alidade-bench growth`: what a message costs as the store grows, without a broker.
struct GrowthBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth", abstract: "CPU of `alidade ingest` per message, as the store grows.")

    @OptionGroup var options: BenchOptions
    @Option(help: "Messages ingested at each step.") var step = 100_000
    @Option(help: "Where the CPU is read, in stored messages.") var marks = "100000,500000,1000000,2000000,5000000"

    func run() throws {
        let folder = try ScratchFolder(in: options.folder)
        let marks = marks.split(separator: ",").compactMap { Int($0) }
        var generator = MessageGenerator(seed: 42, start: recentStart, microsecondsBetween: 300_000)
        var stored = 0
        var costs: [(mark: Int, cpu: Double, peak: Double)] = []
        while stored < marks.max() ?? 0 {
            var bodies: [Bool: [String]] = [true: [], false: []]
            for _ in 0..<step {
                let message = generator.next()
                bodies[message.isProfiler, default: []].append(message.body)
            }
            var cpu = 0.0
            var peak = 0.0
            for isProfiler in [true, false] {
                let usage = try ingest(bodies[isProfiler] ?? [], isProfiler ? "profiler" : "intelligence", folder)
                cpu += usage.cpuSeconds
                peak = max(peak, usage.peakMebibytes)
            }
            stored += step
            if marks.contains(stored) {
                costs.append((stored, cpu / Double(step) * 1e6, peak))
                say("\(stored): \(fixed(cpu / Double(step) * 1e6)) µs, peak \(fixed(peak, 0)) MiB")
            }
        }
        let balance = try StoreReader.open(StoreLocation(path: folder.path + "/alidade.db")).balance()
        guard balance.stored == stored else { throw Program.Failed(description: "\(balance), expected \(stored) stored") }
        print("| stored messages | CPU µs per message | peak MiB | against the first |")
        print("| --- | --- | --- | --- |")
        for cost in costs {
            print("| \(cost.mark) | \(fixed(cost.cpu)) | \(fixed(cost.peak, 0)) | \(fixed(cost.cpu / (costs.first?.cpu ?? 1), 2)) |")
        }
    }

    private func ingest(_ bodies: [String], _ kind: String, _ folder: ScratchFolder) throws -> Program.Usage {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0 else { throw Program.Failed(description: "could not make a pipe") }
        let program = try Program(
            options.binary, ["ingest", "-", "--kind", kind, "--store", folder.storeURL],
            environment: ["ALIDADE_LOG_LEVEL": "error"], input: ends[0])
        close(ends[0])
        for body in bodies {
            var line = body + "\n"
            try line.withUTF8 { bytes in
                var written = 0
                while written < bytes.count {
                    let count = write(ends[1], bytes.baseAddress.map { $0 + written }, bytes.count - written)
                    guard count > 0 else { throw Program.Failed(description: "alidade ingest went away") }
                    written += count
                }
            }
        }
        close(ends[1])
        let usage = program.waitUntilEnded()
        guard usage.exitStatus == 0 else { throw Program.Failed(description: "alidade ingest ended with \(usage.exitStatus)") }
        return usage
    }
}
