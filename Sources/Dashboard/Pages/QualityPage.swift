internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Status

/// How good what arrives is: the balance, what was refused and why, what was odd.
enum QualityPage {
    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var parameters = desk.parameters
        let choice = WindowChoice(&parameters, days: 7, desk.request)
        let drawn = parameters.word("queue", of: IngestQueue.allCases.map(\.name))
        let asked = parameters.word("interval", of: MetricInterval.allCases.map(\.rawValue))
        let fitting = MetricInterval.allCases.filter { ChartInterval.fits($0, choice) }
        let interval = asked.flatMap { MetricInterval(rawValue: $0) } ?? ChartInterval.fitting(choice)
        if !fitting.contains(interval) {
            parameters.fault(
                "interval", "interval is \(interval.rawValue), of which this window has more than \(ChartInterval.most)"
            )
        }
        try parameters.finish()
        let request = try MetricRequest(
            ["data_quality"], span: choice.span, interval: interval, zone: choice.zone, comparison: .previous)
        guard let answer = try desk.answers(to: request, at: choice.now)["data_quality"] else {
            throw PageFault.notFound("There is no data quality.")
        }
        let url = PageURL("/telemetry/metrics/data_quality/", desk.request.url.query)
        if desk.request.format == .json {
            return .json(
                200,
                try desk.reader.metrics().reply(
                    to: request, now: choice.now, backlogs: desk.view.replies.backlogs,
                    deadline: desk.reader.deadline)
            )
        }
        if desk.request.format == .csv { return MetricFile.csv([answer]) }
        if desk.request.format == .svg {
            return chart(drawn ?? IngestQueue.allCases[0].name, answer, interval, choice).file
        }
        let desk = try desk.of(choice)
        let arrival = try QualityArrival(desk)
        return desk.layout.page("Quality", in: .quality, asOf: choice.now, formats: [.json, .csv, .svg]) { html in
            html.element("div", [.class("head")]) { html in
                html.element("div") { html in
                    html.element("h1", "Quality")
                    html.element(
                        "p",
                        "What arrived, what became of it, and what was odd; by arrival. Received is always stored, duplicates and quarantined together."
                    )
                }
                html.choices(
                    "Window",
                    WindowChoice.offered.map { days in
                        (
                            days == 1 ? "24 h" : "\(days) days",
                            desk.request.url.without("from", "to", "interval").with("days", "\(days)"),
                            choice.days == days
                        )
                    })
                html.choices(
                    "By",
                    fitting.map { ($0.rawValue, desk.request.url.with("interval", $0.rawValue), $0 == interval) })
            }
            balance(answer, url, &html)
            html.element("div", [.class("grid wide")]) { html in
                for queue in answer.result["queues"]?.members ?? [] {
                    html.panel(queue.name, note: "By \(interval.rawValue)") { html in
                        chart(queue.name, answer, interval, choice).write(to: &html)
                        html.element("p", [.class("note")]) {
                            $0.link("SVG", desk.request.url.with("queue", queue.name).format(.svg))
                        }
                    }
                }
            }
            html.element("div", [.class("grid wide")]) { html in
                reasons(answer, choice, &html)
                warnings(answer, &html)
            }
            arrival.write(to: &html, desk.request)
        }
    }

    private static func balance(_ answer: MetricAnswer, _ url: PageURL, _ html: inout HTMLText) {
        html.panel(
            "The balance, \(answer.window.days.map { "\($0) days" } ?? "this window")", class: "block",
            metric: "data_quality", query: url.query
        ) { html in
            html.table(
                "The balance",
                [
                    TableHead("Queue"), TableHead("Received", number: true), TableHead("=  Stored", number: true),
                    TableHead("+  Duplicates", number: true), TableHead("+  Quarantined", number: true),
                    TableHead("Share refused", number: true), TableHead("Before", number: true),
                ]
            ) { html in
                for queue in answer.result["queues"]?.members ?? [] {
                    html.element("tr") { html in
                        html.cell(queue.name)
                        for name in ["received", "stored", "duplicates", "quarantined"] {
                            html.number(Words.count(queue.value[name]?.integer ?? 0))
                        }
                        html.number(Words.percent(queue.value["quarantine_rate"]))
                        html.number(
                            Words.percent(answer.previous?.result[path: ["queues", queue.name, "quarantine_rate"]]))
                    }
                }
            }
            let missing = answer.result["missing_version"]?.integer ?? 0
            html.element(
                "p", [.class("note")],
                "\(Words.count(missing, "intelligence event")) without explanation_version. A message that was replayed counts as quarantined when it arrived."
            )
        }
    }

    private static func chart(
        _ queue: String, _ answer: MetricAnswer, _ interval: MetricInterval, _ choice: WindowChoice
    ) -> Chart {
        let slots = (answer.series?.parts ?? []).map { part in
            let value = part.result[path: ["queues", queue]]
            let counts = ["stored", "duplicates", "quarantined"].map { value?[$0]?.integer ?? 0 }
            let time = PageTime(part.window.from, choice.zone)
            let label = interval == .hour ? time.short : time.shortDate
            return Chart.Slot(
                title:
                    "\(label)\n\(Words.count(counts[0])) stored\n\(Words.count(counts[1])) duplicates\n\(Words.count(counts[2])) quarantined",
                label: label,
                isPartial: part.isPartial, bars: counts.map(Double.init))
        }
        return Chart(
            name: "\(queue) by \(interval.rawValue)", slots: slots, barClasses: ["accepted", "ignored", "bad"],
            top: Words.count(Int64(slots.map { $0.bars.reduce(0, +) }.max() ?? 0)))
    }

    private static func reasons(_ answer: MetricAnswer, _ choice: WindowChoice, _ html: inout HTMLText) {
        var rows: [(queue: String, reason: String, count: Int64)] = []
        for queue in answer.result["queues"]?.members ?? [] {
            for reason in queue.value["reason"]?.members ?? [] {
                rows.append((queue.name, reason.name, reason.value.integer ?? 0))
            }
        }
        rows.sort { $0.count > $1.count }
        html.panel("Why messages were refused") { html in
            guard !rows.isEmpty else { return html.empty("None was.") }
            let heads = [TableHead("Reason"), TableHead("Queue"), TableHead("Messages", number: true)]
            html.table("Reasons", heads) { html in
                for row in rows {
                    let url = PageURL(
                        "/telemetry/quarantine/",
                        [
                            "reason": row.reason, "queue": row.queue, "state": "all", "group": "none",
                            "from": RFC3339.text(choice.window.from), "to": RFC3339.text(choice.window.to),
                        ])
                    html.element("tr") { html in
                        html.element("td") { $0.link(row.reason, url) }
                        html.cell(row.queue)
                        html.number(Words.count(row.count))
                    }
                }
            }
        }
    }

    private static func warnings(_ answer: MetricAnswer, _ html: inout HTMLText) {
        html.panel("What was odd", note: "The messages are stored.") { html in
            let rows = (answer.result["warnings"]?.members ?? []).filter { $0.value.integer ?? 0 > 0 }
            guard !rows.isEmpty else { return html.empty("Nothing was.") }
            html.table("Warnings", [TableHead("Warning"), TableHead("Messages", number: true)]) { html in
                for row in rows.sorted(by: { ($0.value.integer ?? 0) > ($1.value.integer ?? 0) }) {
                    html.element("tr") { html in
                        html.element("td") { $0.link(row.name, "/telemetry/definitions/#\(row.name)") }
                        html.number(Words.count(row.value.integer ?? 0))
                    }
                }
            }
        }
    }
}
