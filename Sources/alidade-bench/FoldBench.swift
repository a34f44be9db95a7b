import ArgumentParser

/// `alidade-bench fold`: what the metrics cost on the way in.
struct FoldBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fold", abstract: "CPU per message of appending to a store with and without folding the metrics.")

    @OptionGroup var options: BenchOptions
    @Option(help: "Messages in a store.") var count = 300_000
    @Option(help: "Rounds of both in turn; the table shows medians.") var rounds = 5
    @Option(help: "Days over which the messages are spread.") var days =
        "1,400"

    func run() throws {
        print("| days | without | with | folding, µs of CPU per message |")
        print("| --- | --- | --- | --- |")
        for days in days.split(separator: ",").compactMap({ Int($0) }) {
            var without: [Double] = []
            var with: [Double] = []
            for round in 1...rounds {
                without.append(try cost(days, foldsMetrics: false, round))
                with.append(try cost(days, foldsMetrics: true, round))
            }
            let difference = zip(with, without).map { $0 - $1 }.median
            print("| \(days) | \(fixed(without.median, 2)) | \(fixed(with.median, 2)) | \(fixed(difference, 2)) |")
        }
    }

    private func cost(_ days: Int, foldsMetrics: Bool, _ round: Int) throws -> Double {
        let folder = try ScratchFolder(in: options.folder)
        var store = try BenchStore(
            folder, events: count, days: days, seed: UInt64(round), foldsMetrics: foldsMetrics)
        try store.fill(count)
        return store.appendSeconds / Double(count) * 1e6
    }
}
