import ArgumentParser
import Events
import Glibc
import MetricsCatalogue
import SQLiteStore

/// `alidade-bench metrics`: how long metrics take on a small and on a large store.
struct MetricsBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Time of each metric over 7, 30 and 365 days, as series and in groups, in stores of different sizes.")

    @OptionGroup var options: BenchOptions
    @Option(help: "Events in the stores.") var sizes = "100000,5000000"
    @Option(help: "Days over which the events are spread.") var days = 400
    @Option(help: "How often each metric is computed.") var repetitions = 300
    @Option(help: "How often each series, and each metric in groups, is computed.") var seriesRepetitions = 40
    @Option(help: "A folder in which the stores stay; one that is there already is measured again.") var keep: String?
    @Option(help: "Some metrics alone, with commas between them.") var only: String?
    @Flag(help: "Show every metric, not only the slowest.") var all = false

    func run() throws {
        let sizes = sizes.split(separator: ",").compactMap { Int($0) }
        let only = only?.split(separator: ",").map { String($0) }
        let names = MetricCatalogue.names.filter { only?.contains($0) ?? true }
        let requests = [7, 30, 365].flatMap { days in names.map { (name: $0, days: days) } }
        var folders: [ScratchFolder] = []
        var times: [[Times]] = []
        var allOf30: [Times] = []
        var longer: [[(question: String, name: String, times: Times)]] = []
        for size in sizes {
            let folder = try filled(size)
            folders.append(folder)
            let reader = try MetricsReader(SQLiteEventStore(StoreLocation(path: folder.path + "/alidade.db")))
            let clock = try Clock(reader)
            times.append(try requests.map { try clock.time(MetricRequest([$0.name], days: $0.days), repetitions) })
            allOf30.append(try clock.time(MetricRequest(nil, days: 30), repetitions))
            longer.append(
                try Self.longerQuestions(names).map { ($0, $1, try clock.time($2, seriesRepetitions)) })
            say("\(size): \(fixed(peakMebibytes())) MiB at most so far")
        }
        print(
            "| metric, days | \(sizes.map { "\($0): p50 ms | p99 ms" }.joined(separator: " | ")) | p50 against the first |"
        )
        print("| --- |\(String(repeating: " --- |", count: 2 * sizes.count + 1))")
        var rows = requests.indices.map { place in (requests[place], times.map { $0[place] }) }
        rows.sort { ($0.1.last?.p99 ?? 0) > ($1.1.last?.p99 ?? 0) }
        for (request, times) in all ? rows[...] : rows.prefix(10) { show("\(request.name), \(request.days)", times) }
        show("all metrics, 30", allOf30)
        for place in Self.slowest(longer.last ?? [], all ? .max : 2) {
            let asked = longer.map { $0[place] }
            show("\(asked[0].question): \(asked[0].name)", asked.map(\.times))
        }
        let ratios = rows.map { $0.1.last!.p50 / $0.1.first!.p50 }
        print("largest ratio of medians: \(fixed(ratios.max() ?? 0, 2))")
    }

    /// The folder of a store of this size, which is made where it is not there yet.
    private func filled(_ size: Int) throws -> ScratchFolder {
        let kept = keep.map { "\($0)/\(size)-\(days)" }
        if let kept, access(kept, F_OK) == 0 { return ScratchFolder(kept: kept) }
        let folder = try ScratchFolder(in: keep ?? options.folder)
        try fill(folder, size)
        guard let kept else { return folder }
        return try folder.keep(as: kept)
    }

    /// The store is closed when this returns.
    private func fill(_ folder: ScratchFolder, _ size: Int) throws {
        var store = try BenchStore(folder, events: size, days: days)
        try store.fill(size)
        say("\(size): \(fixed(store.appendSeconds / Double(size) * 1e6)) µs CPU per message to append")
    }

    struct Times {
        var p50: Double
        var p99: Double
    }

    private func show(_ name: String, _ times: [Times]) {
        let cells = times.map { "\(fixed($0.p50, 3)) | \(fixed($0.p99, 3))" }
        let ratio = times.last!.p50 / times.first!.p50
        print("| \(name) | \(cells.joined(separator: " | ")) | \(fixed(ratio, 2)) |")
    }

    /// Times requests to a store.
    private struct Clock {
        let reader: MetricsReader
        /// The windows end when the newest message arrived, however long ago that is.
        let end: Timestamp

        init(_ reader: MetricsReader) throws {
            self.reader = reader
            let now = Int64(Glibc.time(nil)) * 1_000_000
            let answers = try reader.answers(to: MetricRequest(nil, days: 1), now: now, backlogs: nil)
            end = answers.first?.state.storedUntil ?? now
        }

        /// Milliseconds from the request to the reply's text, warm.
        func time(_ request: MetricRequest, _ repetitions: Int) throws -> Times {
            var milliseconds: [Double] = []
            for round in 0..<repetitions + 10 {
                // Windows that end at different moments cut slots at different places.
                let now = end - Int64(round) * 37_000_000
                let start = monotonicSeconds()
                let reply = try reader.reply(to: request, now: now, backlogs: nil)
                let end = monotonicSeconds()
                guard reply.utf8.count > 100 else { throw Program.Failed(description: "an empty reply") }
                if round >= 10 { milliseconds.append((end - start) * 1000) }
            }
            milliseconds.sort()
            return Times(p50: milliseconds[milliseconds.count / 2], p99: milliseconds[milliseconds.count * 99 / 100])
        }
    }
}
