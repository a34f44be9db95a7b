import ArgumentParser

/// `alidade-bench append`: what a message costs the writer, its metrics included.
struct AppendBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append", abstract: "CPU per message of appending to a store.")

    @OptionGroup var options: BenchOptions
    @Option(help: "Messages in a store.") var count = 300_000
    @Option(help: "Rounds; the table shows medians.") var rounds = 5
    @Option(help: "Days over which the messages are spread.") var days =
        "1,400"

    func run() throws {
        print("| days | µs of CPU per message |")
        print("| --- | --- |")
        for days in days.split(separator: ",").compactMap({ Int($0) }) {
            let costs = try (1...rounds).map { try cost(days, $0) }
            print("| \(days) | \(fixed(costs.median, 2)) |")
        }
    }

    private func cost(_ days: Int, _ round: Int) throws -> Double {
        let folder = try ScratchFolder(in: options.folder)
        var store = try BenchStore(folder, events: count, days: days, seed: UInt64(round))
        try store.fill(count)
        return store.appendSeconds / Double(count) * 1e6
    }
}
