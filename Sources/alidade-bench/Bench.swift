import ArgumentParser

/// Measures the daemon against a consumer that only acknowledges, on a real broker. Numbers, not tests: machines differ and are noisy, so
/// everything is measured in turn, several rounds, and shown as medians and ratios.
@main struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alidade-bench", abstract: "Measure alidade.",
        subcommands: [
            DrainBench.self, DecodeBench.self, LatencyBench.self, RepliesBench.self, GrowthBench.self, AppendBench.self,
            LookupBench.self, PagesBench.self, ViewersBench.self, MetricsBench.self, AgentsBench.self,
            MakeMessages.self,
        ])
}

struct BenchOptions: ParsableArguments {
    @Option(help: "The alidade binary to measure.") var binary = ".build/release/alidade"
    @Option(help: "The broker; its queues profiler-telemetry and intelligence-events are deleted and made anew.")
    var url = "amqp://guest:guest@127.0.0.1:5672/"
    @Option(help: "A folder for stores and files; what the benchmark puts there is removed.") var folder = "/tmp"
    @Option(name: .customLong("queue-type"), help: "classic or quorum.") var queueType = "classic"
}

/// `alidade-bench make`: messages for experiments.
struct MakeMessages: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Write messages as JSON Lines to standard output.")
    @Option(help: "profiler or intelligence.") var kind = "intelligence"
    @Option(help: "How many.") var count = 1000
    @Option(help: "The same seed makes the same messages.") var seed: UInt64 = 1

    func run() throws {
        var generator = MessageGenerator(seed: seed, start: recentStart)
        var made = 0
        while made < count {
            let message = generator.next()
            guard message.isProfiler == (kind == "profiler") else { continue }
            print(message.body)
            made += 1
        }
    }
}
