internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Store

/// When messages came last, and how long after they had occurred.
struct QualityArrival {
    /// Of so many events a table.
    private static let last = 1000

    /// What is usual is taken from so many days.
    private static let days: Timestamp = 7

    private let queues: [(activity: QueueActivity, silence: Silence?)]
    private let lags: [(table: EventTable, lags: [Timestamp])]

    @available(*, noasync)
    init(_ desk: PageDesk) throws {
        let reader = try desk.reader.reader()
        let now = desk.request.now
        let activity = try reader.queueActivity(since: now - 24 * 3_600_000_000)
        queues = try zip(IngestQueue.allCases, activity).map { queue, activity in
            let minutes = try reader.activeMinutes(of: queue, from: now - Self.days * 24 * 3_600_000_000, to: now)
            return (activity, Silence(minutes, now: now))
        }
        lags = try EventTable.allCases.map { ($0, try reader.lags(ofLast: Self.last, in: $0)) }
    }

    func write(to html: inout HTMLText, _ request: PageRequest) {
        html.element("div", [.class("grid wide")]) { html in
            html.panel("When messages came last") { html in
                let heads = [
                    TableHead("Queue"), TableHead("Last message"),
                    TableHead("Minutes with messages, of 24 hours", number: true),
                ]
                html.table("Queues", heads) { html in
                    for (queue, _) in queues {
                        html.element("tr") { html in
                            html.cell(queue.queue)
                            html.element("td") { html in
                                if let minute = queue.lastMinute {
                                    html.time(minute, request)
                                } else {
                                    html.text("none yet")
                                }
                            }
                            html.number(Words.count(queue.activeMinutes))
                        }
                    }
                }
                for (queue, silence) in queues {
                    if let silence { sentence(queue.queue, silence, request, &html) }
                }
            }
            html.panel(
                "How late they came",
                note: "From when an event occurred to its arrival; the last \(Words.count(Self.last)) of each table"
            ) { html in
                let heads = [
                    TableHead("Table"), TableHead("Median", number: true),
                    TableHead("Slowest tenth from", number: true),
                    TableHead("Latest", number: true),
                ]
                html.table("How late", heads) { html in
                    for (table, lags) in lags where !lags.isEmpty {
                        html.element("tr") { html in
                            html.cell(table.name, class: "mono")
                            for share in [0.5, 0.9, 1.0] {
                                let lag = lags[Int((Double(lags.count - 1) * share).rounded())]
                                html.number(Words.metric.duration(max(0, Double(lag) / 1e6)))
                            }
                        }
                    }
                }
            }
        }
    }

    private func sentence(_ queue: String, _ silence: Silence, _ request: PageRequest, _ html: inout HTMLText) {
        func words(_ length: Timestamp) -> String { Words.duration(seconds: Double(length) / 1e6) }
        html.element("p", [.class(silence.isUnusual ? "alert" : "note")]) { html in
            html.text("\(queue): no message for \(words(silence.current)); usual ")
            html.text(
                "\(words(silence.usual)), the longest of \(Self.days) days \(words(silence.longest.to - silence.longest.from)), from "
            )
            html.time(silence.longest.from, request)
            html.text(".")
        }
    }
}
