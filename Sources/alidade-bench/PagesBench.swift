import ArgumentParser
import Dashboard
import Events
import Logging
import SQLiteStore
import Status
import Store
import Threads

/// `alidade-bench pages`: how long the store takes for what a page of the dashboard asks of it.
struct PagesBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pages", abstract: "Time of what the pages of the dashboard ask of the store.")

    @OptionGroup var options: BenchOptions
    @Option(help: "Events in the store.") var events = 1_000_000
    @Option(help: "Days over which they are spread.") var days = 80
    @Option(help: "Messages in quarantine, all of them unresolved.") var quarantined = 100_000
    @Option(help: "How often each is asked.") var repetitions = 100
    @Option(help: "Ask only what has this in its title.") var only = ""

    private typealias Question = (title: String, ask: (any StoreReader, _ number: Int) throws -> Void)

    func run() throws {
        let folder = try ScratchFolder(in: options.folder)
        var store = try BenchStore(folder, events: events, days: days)
        try store.fill(events)
        try store.refuse(quarantined)
        let reader = try SQLiteEventStore(store.location).reader()
        let now = wallClock()
        print("| question | p50 ms | p99 ms |\n| --- | --- | --- |")
        let renderer = PageRenderer(SQLiteEventStore(store.location), Self.view)
        for question in pages(renderer, now) + questions(now) where only.isEmpty || question.title.contains(only) {
            var milliseconds: [Double] = []
            for number in 0..<repetitions {
                let start = monotonicSeconds()
                try question.ask(reader, number)
                milliseconds.append((monotonicSeconds() - start) * 1000)
            }
            print("| \(question.title) | \(fixed(milliseconds.median, 2)) | \(fixed(milliseconds.quantile(0.99), 2)) |")
        }
    }

    /// Whole pages, as a browser gets them, without the connection.
    private func pages(_ renderer: PageRenderer, _ now: Timestamp) -> [Question] {
        let paths = [
            ("/telemetry/", ""), ("/telemetry/events/", "days=7"), ("/telemetry/events/", "days=30"),
            ("/telemetry/outcomes/", "days=30"),
            ("/telemetry/activity/", "days=30"), ("/telemetry/sessions/", "days=30"),
            ("/telemetry/alignment/", "days=7"),
            ("/telemetry/quality/", "days=7"), ("/telemetry/quarantine/", ""),
        ]
        return paths.map { path, query in
            let title = "page \(path)\(query.isEmpty ? "" : "?\(query)")"
            return (
                title,
                { _, number in
                    let answer = try renderer.answer(path, query, now: now + Timestamp(number) * 1000)
                    guard answer?.status == 200 else {
                        throw ValidationError("\(title) answered \(answer?.status ?? 404)")
                    }
                }
            )
        }
    }

    private static let view = DaemonView(
        ingest: IngestStatus(), topology: TopologyStatus(logger: Logger(label: "bench")), replies: ReplyStatus(),
        build: [],
        storeSizes: { [] }, operation: { OperationFigures() })

    private func questions(_ now: Timestamp) -> [Question] {
        let day: Timestamp = 86_400_000_000
        var limit: ReadLimit { ReadLimit(deadline: .now + .seconds(60)) }
        func window(_ days: Int64) -> RecommendationFilter {
            var filter = RecommendationFilter()
            (filter.from, filter.to) = (now - days * day, now)
            return filter
        }
        var questions: [Question] = [
            (
                "recommendations by date, newest",
                { reader, _ in
                    _ = try reader.recommendations(.init(), ListOrder(.date), .first, count: 50, limit)
                }
            ),
            (
                "recommendations by date, anywhere",
                { reader, number in
                    let time = now - Int64(number) * Int64(days) * day / Int64(repetitions)
                    _ = try reader.recommendations(.init(), ListOrder(.date), .around(time), count: 50, limit)
                }
            ),
            (
                "outcomes by date, anywhere",
                { reader, number in
                    let time = now - Int64(number) * Int64(days) * day / Int64(repetitions)
                    _ = try reader.outcomes(.init(), ListOrder(.date), .around(time), count: 50, limit)
                }
            ),
            (
                "views by date, anywhere",
                { reader, number in
                    let time = now - Int64(number) * Int64(days) * day / Int64(repetitions)
                    _ = try reader.views(.init(), ListOrder(.date), .around(time), count: 50, limit)
                }
            ),
            (
                "sessions by date, anywhere",
                { reader, number in
                    let time = now - Int64(number) * Int64(days) * day / Int64(repetitions)
                    _ = try reader.sessions(.init(), ListOrder(.date), .around(time), count: 50, limit)
                }
            ),
            (
                "recommendations of an administrator by date",
                { reader, number in
                    var filter = RecommendationFilter()
                    filter.admin = Int64(number % 200 + 1)
                    _ = try reader.recommendations(filter, ListOrder(.date), .first, count: 50, limit)
                }
            ),
            (
                "a filter that nothing matches",
                { reader, _ in
                    var filter = RecommendationFilter()
                    filter.types = ["none"]
                    _ = try reader.recommendations(filter, ListOrder(.date), .first, count: 50, limit)
                }
            ),
            (
                "the story of a signal",
                { reader, number in
                    _ = try reader.signal(
                        Int64(1_000_000 + number * 997), events: 200, ReadLimit(deadline: .now + .seconds(60), rows: 0))
                }
            ),
        ]
        for key in RecommendationOrder.allCases where key != .date {
            for days in [Int64(7), 30] {
                questions.append(
                    (
                        "recommendations by \(key.rawValue), \(days) days",
                        { reader, _ in
                            _ = try reader.recommendations(window(days), ListOrder(key), .first, count: 50, limit)
                        }
                    ))
            }
        }
        for key in SessionOrder.allCases where key != .date {
            for days in [Int64(7), 30] {
                questions.append(
                    (
                        "sessions by \(key.rawValue), \(days) days",
                        { reader, _ in
                            var filter = SessionListFilter()
                            (filter.from, filter.to) = (now - days * day, now)
                            _ = try reader.sessions(filter, ListOrder(key), .first, count: 50, limit)
                        }
                    ))
            }
        }
        questions += [
            (
                "alignments, 7 days",
                { reader, _ in
                    _ = try reader.alignments(from: now - 7 * day, to: now, deadline: limit.deadline)
                }
            ),
            (
                "faults in quarantine",
                { reader, _ in
                    _ = try reader.quarantineFaults(
                        QuarantineFilter(), by: .fault, now: now, hours: 24, deadline: limit.deadline)
                }
            ),
            (
                "faults in quarantine, of a time",
                { reader, _ in
                    var filter = QuarantineFilter()
                    filter.from = now - 400 * day
                    _ = try reader.quarantineFaults(filter, by: .fault, now: now, hours: 24, deadline: limit.deadline)
                }
            ),
            (
                "quarantined messages of one fault",
                { reader, _ in
                    var filter = QuarantineFilter(reason: "missing_field")
                    filter.shape = "/user_id"
                    _ = try reader.quarantineRows(filter, .first, count: 50, limit)
                }
            ),
            (
                "the balance by hour, 7 days",
                { reader, _ in
                    _ = try reader.balance(
                        from: now - 7 * day, to: now, length: day / 24, deadline: limit.deadline)
                }
            ),
        ]
        return questions
    }
}
