internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Status
internal import Store

/// Computed against reported alignments: by track, how far apart, by model, and what a shadow would change.
enum AlignmentPage {
    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var parameters = desk.parameters
        let choice = WindowChoice(&parameters, days: 30, desk.request)
        try parameters.finish()
        let request = try MetricRequest(
            ["track_alignment"], span: choice.span, zone: choice.zone, comparison: .previous)
        if desk.request.format == .json {
            return .json(
                200,
                try desk.reader.metrics().reply(
                    to: request, now: choice.now, backlogs: desk.view.replies.backlogs,
                    deadline: desk.reader.deadline)
            )
        }
        let answers = try desk.answers(to: request, at: choice.now)
        guard let answer = answers["track_alignment"] else { throw PageFault.notFound("There is no alignment.") }
        if desk.request.format == .csv { return MetricFile.csv([answer]) }
        let report: AlignmentReport
        var furthest = SessionListFilter()
        (furthest.from, furthest.to) = (choice.window.from, choice.window.to)
        var sessions: [SessionRow] = []
        do throws(ListError) {
            let reader = try desk.reader.lists()
            report = try reader.alignments(
                from: choice.window.from, to: choice.window.to, deadline: desk.reader.deadline)
            if choice.window.to - choice.window.from <= ListLimit.sortedMicroseconds {
                sessions = try reader.sessions(
                    furthest, ListOrder(.drift, isReversed: true), .first, count: 50,
                    ReadLimit(deadline: desk.reader.deadline)
                ).rows.filter { $0.drift != nil }
            }
        } catch { throw ListFault.make(error, desk.request.url) }
        if desk.request.format == .svg {
            let none = Chart(name: "No alignments of this window can be compared", slots: [], top: "0")
            return (driftChart(report) ?? none).file
        }
        let desk = try desk.of(choice)
        return desk.layout.page(
            "Alignment", in: .alignment, asOf: choice.now,
            formats: [.json, .csv, .svg]
        ) { html in
            html.element("div", [.class("head")]) { html in
                html.element("div") { html in
                    html.element("h1", "Alignment")
                    html.element("p", "What Alidade computes from the answers, beside what the platform reported.")
                }
                html.choices(
                    "Window",
                    WindowChoice.offered.map { days in
                        (
                            days == 1 ? "24 h" : "\(days) days",
                            desk.request.url.without("from", "to").with("days", "\(days)"), choice.days == days
                        )
                    })
            }
            html.element("div", [.class("grid wide")]) { html in
                tracks(answer, &html)
                drift(answer, report, &html)
            }
            html.element("div", [.class("grid wide")]) { html in
                matrix(report, &html)
                models(answer, report, &html)
            }
            largest(sessions, choice, desk, &html)
        }
    }

    private static func tracks(_ answer: MetricAnswer, _ html: inout HTMLText) {
        html.panel("By track", note: "Blue: the computed mean. The mark: the reported one.", metric: "track_alignment")
        { html in
            let tracks = answer.result["tracks"]?.members ?? []
            guard !tracks.isEmpty else { return html.empty("No completed session of this window has an alignment.") }
            html.table(
                "Alignment by track",
                [
                    TableHead("Track"), TableHead("Mean"), TableHead("Computed", number: true),
                    TableHead("Reported", number: true), TableHead("Is the best match", number: true),
                ]
            ) { html in
                for track in tracks {
                    let (computed, reported) = (
                        track.value["average_computed"]?.number, track.value["average_reported"]?.number
                    )
                    html.element("tr") { html in
                        html.cell(track.name)
                        html.element("td", [.class("w")]) {
                            $0.bar((computed ?? 0) / 100, mark: reported.map { $0 / 100 })
                        }
                        html.number(computed.map { "\(Words.metric.oneDecimal($0)) %" } ?? "–")
                        html.number(reported.map { "\(Words.metric.oneDecimal($0)) %" } ?? "–")
                        html.number(Words.count(track.value["top_count"]?.integer ?? 0))
                    }
                }
            }
        }
    }

    private static func drift(_ answer: MetricAnswer, _ report: AlignmentReport, _ html: inout HTMLText) {
        html.panel("How far apart", metric: "track_alignment") { html in
            let drift = answer.result["drift"]
            html.element("div", [.class("pair")]) { html in
                html.element("p", [.class("big")], Words.percent(drift?["top_track_agreement"]))
                RateWords.change(
                    from: answer.previous?.result[path: ["drift", "top_track_agreement"]],
                    to: drift?["top_track_agreement"], better: .higher, &html, than: "the window before")
            }
            html.element(
                "p", [.class("sub")],
                "have the same best match; \(RateWords.fraction(drift?["top_track_agreement"])) that can be compared, \(Words.count(drift?["excluded"]?.integer ?? 0)) have too few answers"
            )
            if let points = drift?["average_points"]?.number {
                html.element("p", [.class("sub")], "\(Words.metric.oneDecimal(points)) points apart on average")
            }
            guard let chart = driftChart(report) else {
                return html.element(
                    "p", [.class("note")],
                    "Points are compared only where alignment.reported_scale says that both are on one scale.")
            }
            chart.write(to: &html)
        }
    }

    /// Nil where nothing can be compared.
    private static func driftChart(_ report: AlignmentReport) -> Chart? {
        let counts = report.drifts.reduce(into: [Int64](repeating: 0, count: AlignmentReport.buckets)) { sums, drifts in
            for (place, count) in drifts.counts.enumerated() where place < sums.count { sums[place] += count }
        }
        guard counts.contains(where: { $0 > 0 }) else { return nil }
        let step = AlignmentReport.bucketPoints
        return Chart(
            name: "Sessions by points apart",
            slots: counts.enumerated().map { place, count in
                Chart.Slot(
                    title: "\(place * step) to \((place + 1) * step) points\n\(Words.count(count, "session"))",
                    label: "\(place * step)", bars: [Double(count)])
            }, barClasses: ["first"], top: Words.count(counts.max() ?? 0))
    }

    private static func matrix(_ report: AlignmentReport, _ html: inout HTMLText) {
        let model = Dictionary(grouping: report.tops, by: \.model).max {
            $0.value.reduce(0) { $0 + $1.count } < $1.value.reduce(0) { $0 + $1.count }
        }
        let title = model.map { ", \($0.key.name) \($0.key.version)" } ?? ""
        html.panel(
            "Best match, computed and reported\(title)",
            note: "Rows: computed. Columns: reported. Sessions whose last message is of this window, completed or not."
        ) { html in
            let tops = model?.value ?? []
            let names = Array(Set(tops.flatMap { [$0.computed, $0.reported] })).sorted()
            guard !names.isEmpty else { return html.empty("Nothing can be compared in this window.") }
            html.table("Best matches", [TableHead("Computed")] + names.prefix(12).map { TableHead($0, number: true) }) {
                html in
                for computed in names.prefix(12) {
                    html.element("tr") { html in
                        html.cell(computed)
                        for reported in names.prefix(12) {
                            let count = tops.filter { $0.computed == computed && $0.reported == reported }
                                .reduce(0) { $0 + $1.count }
                            html.element(
                                "td", [.class(computed == reported ? "n same" : "n")],
                                count == 0 ? "·" : Words.count(count))
                        }
                    }
                }
            }
        }
    }

    private static func models(_ answer: MetricAnswer, _ report: AlignmentReport, _ html: inout HTMLText) {
        html.panel("By model") { html in
            html.table("Models", [TableHead("Model"), TableHead("Version"), TableHead("Sessions", number: true)]) {
                html in
                for model in answer.result["models"]?.elements ?? [] {
                    html.element("tr") { html in
                        html.cell(model["model"]?.string ?? "")
                        html.cell(model["version"]?.string ?? "")
                        html.number(Words.count(model["count"]?.integer ?? 0))
                    }
                }
            }
            guard !report.shadows.isEmpty else { return }
            let all = report.shadows.reduce(0) { $0 + $1.count }
            let changed = report.shadows.filter { $0.top != $0.shadowTop }.reduce(0) { $0 + $1.count }
            html.element("p") { html in
                html.element("b", "The shadow ")
                html.text(
                    "\(report.shadows[0].shadow.name) \(report.shadows[0].shadow.version) would change the best match of \(Words.count(changed)) of \(Words.count(all)) sessions."
                )
            }
        }
    }

    private static func largest(
        _ sessions: [SessionRow], _ choice: WindowChoice, _ desk: PageDesk, _ html: inout HTMLText
    ) {
        guard choice.window.to - choice.window.from <= ListLimit.sortedMicroseconds else {
            return html.empty("The sessions that are furthest apart are listed for windows of at most 31 days.")
        }
        guard !sessions.isEmpty else { return }
        html.panel("The furthest apart", class: "block") { html in
            html.table(
                "Sessions",
                [
                    TableHead("Session"), TableHead("Last message"), TableHead("Recommended"), TableHead("Best match"),
                    TableHead("Points", number: true),
                ]
            ) { html in
                for row in sessions {
                    html.element("tr") { html in
                        html.element("td") {
                            $0.link(row.session, "/telemetry/sessions/\(URLText.encoded(row.session))/")
                        }
                        html.element("td") { $0.time(row.occurredAt, desk.request) }
                        html.cell(row.recommendedTrack ?? "–")
                        html.cell(row.topTrack ?? "–")
                        html.number(row.drift.map(Words.metric.oneDecimal) ?? "–")
                    }
                }
            }
        }
    }
}
