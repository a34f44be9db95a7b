internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Status
internal import Store
internal import TimeZones

/// How the daemon is at this moment.
enum LivePage {
    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var parameters = desk.parameters
        parameters.ignore("until")
        try parameters.finish()
        let report = try LiveReport(desk.reader, now: desk.request.now)
        if desk.request.format == .json { return json(desk, report) }
        let values = Dictionary(values(desk.view)) { $1 }
        return desk.layout.page("Live", in: .live, live: "live", formats: [.json]) { html in
            html.element("div", [.class("head")]) { html in
                html.element("div") { html in
                    html.element("h1", "Live")
                    html.element("p", "What the daemon does at this moment. Rates and totals are since its start.")
                }
            }
            html.element("div", [.class("grid")]) { html in
                for card in cards {
                    html.panel(card.title) { html in
                        html.element("p", [.class("big")]) {
                            $0.element("span", [.attribute("data-live", card.name)], values[card.name] ?? "–")
                        }
                        html.element("p", [.class("sub")], card.note)
                    }
                }
            }
            write(desk.view, report, desk.request.zone, &html)
            staff(desk, &html)
        }
    }

    /// What moves as a whole.
    static func write(_ view: DaemonView, _ report: LiveReport, _ zone: TimeZone, _ html: inout HTMLText) {
        let snapshot = view.ingest.snapshot
        queues(view, snapshot, report, &html)
        html.element("div", [.class("grid wide")]) { html in
            durations(snapshot.tally, &html)
            changes(snapshot, zone, &html)
            sizes(view, report, &html)
            pauses(snapshot, &html)
        }
        publications(view, report, zone, &html)
        html.part("troubles") { html in
            let troubles = view.replies.troubles + view.topology.troubles
            guard !troubles.isEmpty else { return }
            html.panel("Troubles", class: "block") { html in
                html.element("ul") { html in for trouble in troubles { html.element("li", trouble) } }
            }
        }
    }

    private static func queues(
        _ view: DaemonView, _ snapshot: IngestSnapshot, _ report: LiveReport, _ html: inout HTMLText
    ) {
        html.panel(
            "Queues", class: "block", note: "Received = stored + duplicates + quarantined, since the start",
            part: "queues"
        ) {
            html in
            html.table(
                "Queues since the start",
                [
                    TableHead("Queue"), TableHead("Waiting", number: true), TableHead("A second", number: true),
                    TableHead("Last hour", number: true), TableHead("Received", number: true),
                    TableHead("Stored", number: true), TableHead("Duplicates", number: true),
                    TableHead("Quarantined", number: true),
                ]
            ) { html in
                for queue in IngestQueue.allCases {
                    let tally = snapshot.tally[queue]
                    html.element("tr") { html in
                        html.cell(queue.name)
                        html.number(view.replies.backlogs[queue].map { Words.count($0) } ?? "–")
                        html.number(
                            RateMeter.of(queue).rate(of: tally.received).map { Words.metric.oneDecimal($0) } ?? "–")
                        html.number(Words.count(report.lastHour[queue] ?? 0))
                        for count in [tally.received, tally.stored, tally.duplicates, tally.quarantined] {
                            html.number(Words.count(count))
                        }
                    }
                }
            }
        }
    }

    private static func durations(_ tally: IngestTally, _ html: inout HTMLText) {
        html.panel(
            "How long it takes", note: "Since the start; as close as the histograms of /metrics", part: "durations"
        ) {
            html in
            html.table(
                "How long it takes",
                [
                    TableHead(""), TableHead("Half within", number: true), TableHead("90 % within", number: true),
                    TableHead("99 % within", number: true),
                ]
            ) { html in
                for (name, histogram) in [
                    ("Making a batch durable", tally.commitSeconds),
                    ("From publishing to durable", tally.publishToDurableSeconds),
                ] {
                    html.element("tr") { html in
                        html.cell(name)
                        for share in [0.5, 0.9, 0.99] {
                            html.number(histogram.bound(of: share).map { Words.metric.duration($0) } ?? "–")
                        }
                    }
                }
            }
        }
    }

    private static func pauses(_ snapshot: IngestSnapshot, _ html: inout HTMLText) {
        html.panel("Pauses", note: "Time in which nothing was taken in or stored", part: "pauses") { html in
            let pauses = snapshot.pauses.filter { $0.value > 0 }.sorted { $0.value > $1.value }
            guard !pauses.isEmpty else { return html.empty("There was none since the start.") }
            html.table("Pauses", [TableHead("Cause"), TableHead("Time", number: true), TableHead("Now")]) { html in
                for (cause, seconds) in pauses {
                    html.element("tr") { html in
                        html.cell(cause.word)
                        html.number(Words.metric.duration(seconds))
                        html.cell(snapshot.currentPauses.contains(cause) ? "paused" : "")
                    }
                }
            }
        }
    }
}
