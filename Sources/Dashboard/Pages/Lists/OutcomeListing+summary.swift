internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Rollups
internal import Store

/// How many ended in which way, after which decision, and by version.
extension OutcomeListing {
    struct Summary {
        let outcomes: MetricAnswer
        let byDecision: MetricAnswer?
        let byVersion: MetricAnswer?
        /// Of the filter, or all.
        let statuses: [String]
    }

    static func summary(_ desk: PageDesk, _ choice: ListChoice<OutcomeListing>) throws -> Summary {
        let window = choice.window
        let interval = ChartInterval.fitting(window)
        let answers = try desk.answers(
            to: MetricRequest(
                ["outcome_distribution", "outcome_by_decision"], span: window.span, interval: interval,
                zone: window.zone), at: window.now)
        let versions = try desk.answers(
            to: MetricRequest(
                ["outcome_distribution"], span: window.span, zone: window.zone, dimensions: [.explanationVersion]),
            at: window.now)
        let outcomes = answers["outcome_distribution"]
        guard let outcomes else { throw PageFault(503, "There is no distribution of outcomes", []) }
        return Summary(
            outcomes: outcomes,
            byDecision: answers["outcome_by_decision"], byVersion: versions["outcome_distribution"],
            statuses: statuses(choice))
    }

    private static func statuses(_ choice: ListChoice<OutcomeListing>) -> [String] {
        OutcomeStatus.allCases.map(\.rawValue).filter {
            choice.scope.isWhole || choice.filter.statuses.isEmpty || choice.filter.statuses.contains($0)
        }
    }

    /// Also by version, which the groups tell apart.
    static func total(_ summary: Summary, _ choice: ListChoice<OutcomeListing>) -> Int64? {
        let filter = choice.filter
        guard filter.signal == nil, filter.minimumHours == nil, filter.maximumHours == nil, filter.warning == nil else {
            return nil
        }
        let groups = summary.byVersion?.result["groups"]?.members ?? []
        let results =
            filter.versions.isEmpty
            ? [summary.outcomes.result] : groups.filter { filter.versions.contains($0.name) }.map(\.value)
        return OutcomeStatus.allCases.map(\.rawValue).reduce(0) { sum, status in
            guard filter.statuses.isEmpty || filter.statuses.contains(status) else { return sum }
            return results.reduce(sum) { $0 + ($1[path: [status, "count"]]?.integer ?? 0) }
        }
    }

    static func form(_ summary: Summary, _ form: inout FilterForm) {
        let groups = summary.byVersion?.result["groups"]?.members ?? []
        func count(_ result: MetricValue?, _ status: String) -> Int64 {
            result?[path: [status, "count"]]?.integer ?? 0
        }
        form.boxes(
            "status", "Outcome",
            OutcomeStatus.allCases.map(\.rawValue).map { status in
                FilterForm.Choice(status, count: groups.reduce(0) { $0 + count($1.value, status) })
            })
        form.boxes(
            "version", "Version",
            groups.map { group in
                FilterForm.Choice(
                    group.name, group.name,
                    count: OutcomeStatus.allCases.reduce(0) { $0 + count(group.value, $1.rawValue) })
            }.filter { $0.word != NameRegistry.other }.prefix(12).map { $0 })
        form.field("signal", "Signal", size: 8)
        form.field("min_hours", "At least, hours", size: 6)
        form.field("max_hours", "At most, hours", size: 6)
        form.select("warning", "Warning", WarningCodes.intelligence, all: "any")
    }

    static func chart(_ desk: PageDesk, _ choice: ListChoice<OutcomeListing>) throws -> Chart {
        let (window, interval) = (choice.window, ChartInterval.fitting(choice.window))
        let request = try MetricRequest(
            ["outcome_distribution"], span: window.span, interval: interval, zone: window.zone)
        let answer = try desk.answers(to: request, at: window.now)["outcome_distribution"]
        return bars(answer?.series?.parts ?? [], interval, window, statuses(choice))
    }

    private static func bars(
        _ parts: [MetricAnswer.Part], _ interval: MetricInterval, _ window: WindowChoice, _ statuses: [String]
    ) -> Chart {
        let slots = parts.map { part in
            let counts = statuses.map { part.result[path: [$0, "count"]]?.integer ?? 0 }
            let time = PageTime(part.window.from, window.zone)
            let label = interval == .hour ? time.short : time.shortDate
            let words = zip(statuses, counts).map {
                "\n\($0.lowercased().replacing("_", with: " ")) \(Words.count($1))"
            }.joined()
            return Chart.Slot(
                title: label + words, label: label, isPartial: part.isPartial, bars: counts.map(Double.init))
        }
        return Chart(
            name: "Outcomes by \(interval.rawValue)", slots: slots,
            barClasses: statuses.map { classes[$0] ?? "ignored" },
            top: Words.count(Int64(slots.map { $0.bars.reduce(0, +) }.max() ?? 0)))
    }

    static func write(
        _ summary: Summary, _ desk: PageDesk, _ choice: ListChoice<OutcomeListing>, _ html: inout HTMLText
    ) {
        let interval = ChartInterval.fitting(choice.window)
        let note = choice.scope.isWhole ? ListScope.note : nil
        html.element("div", [.class("grid wide")]) { html in
            distribution(summary, note, &html)
            if let answer = summary.byDecision, choice.isWhole { decisions(answer, &html) }
        }
        html.element("div", [.class("grid wide")]) { html in
            if let parts = summary.outcomes.series?.parts {
                html.panel("By \(interval.rawValue)", note: note) { html in
                    bars(parts, interval, choice.window, summary.statuses).write(to: &html)
                }
            }
            versions(summary, choice, &html)
        }
    }

    private static func versions(
        _ summary: Summary, _ choice: ListChoice<OutcomeListing>, _ html: inout HTMLText
    ) {
        let statuses = OutcomeStatus.allCases.map(\.rawValue)
        html.panel("By version", note: choice.isWhole ? nil : ListScope.note) { html in
            html.table(
                "Outcomes by version",
                [TableHead("Version"), TableHead("Outcomes")]
                    + statuses.map { TableHead($0.lowercased().replacing("_", with: " "), number: true) }
            ) { html in
                for version in summary.byVersion?.result["groups"]?.members ?? [] {
                    html.element("tr") { html in
                        html.cell(version.name, class: "mono")
                        html.element("td", [.class("w")]) { html in
                            html.shares(
                                statuses.map {
                                    (classes[$0] ?? "ignored", version.value[path: [$0, "share"]]?.number ?? 0)
                                })
                        }
                        for status in statuses {
                            let value = version.value[status]
                            html.number(
                                "\(Words.count(value?["count"]?.integer ?? 0)) (\(Words.percent(value?["share"])))")
                        }
                    }
                }
            }
        }
    }

    private static let classes = ["RESOLVED": "accepted", "FALSE_POSITIVE": "bad", "ESCALATED": "overridden"]

    private static func distribution(_ summary: Summary, _ note: String?, _ html: inout HTMLText) {
        html.panel("How they ended", note: note, metric: "outcome_distribution") { html in
            html.table(
                "Outcomes",
                [
                    TableHead("Outcome"), TableHead("Share"), TableHead("Signals", number: true),
                    TableHead("Share", number: true), TableHead("Mean time", number: true),
                ]
            ) { html in
                for status in summary.statuses {
                    let value = summary.outcomes.result[status]
                    html.element("tr") { html in
                        html.cell(status.lowercased().replacing("_", with: " "))
                        html.element("td", [.class("w")]) {
                            $0.bar(value?["share"]?.number ?? 0, class: classes[status] ?? "ignored")
                        }
                        html.number(Words.count(value?["count"]?.integer ?? 0))
                        html.number(Words.percent(value?["share"]))
                        html.number(
                            Words.duration(seconds: value?["average_resolution_hours"]?.number.map { $0 * 3600 }))
                    }
                }
            }
            let conflicts = summary.outcomes.result["conflicts"]?.integer ?? 0
            if conflicts > 0 {
                html.element(
                    "p", [.class("note")],
                    "\(Words.count(conflicts, "second, different outcome")) arrived and \(conflicts == 1 ? "is" : "are") in quarantine."
                )
            }
        }
    }

    private static func decisions(_ answer: MetricAnswer, _ html: inout HTMLText) {
        let statuses = OutcomeStatus.allCases.map(\.rawValue)
        html.panel(
            "After which decision", note: "Whether accepted recommendations turn out better than overridden ones",
            metric: "outcome_by_decision"
        ) { html in
            html.table(
                "Outcomes by decision",
                [TableHead("Decision"), TableHead("Outcomes")] + [TableHead("False positives", number: true)]
            ) { html in
                for decision in answer.result.members {
                    html.element("tr") { html in
                        html.cell(decision.name)
                        html.element("td", [.class("w")]) { html in
                            html.shares(
                                statuses.map {
                                    (classes[$0] ?? "ignored", decision.value[path: [$0, "share"]]?.number ?? 0)
                                })
                        }
                        let share = decision.value[path: ["FALSE_POSITIVE", "share"]]
                        html.number(
                            "\(Words.percent(share)) \(share?.fraction?.whole == 0 ? "" : "(\(RateWords.fraction(share)))")"
                        )
                    }
                }
            }
        }
    }
}
