internal import HTML
internal import MetricsCatalogue

/// The other numbers about recommendations, each in a card.
struct OverviewCards {
    let numbers: OverviewNumbers

    init(_ numbers: OverviewNumbers) { self.numbers = numbers }

    func write(to html: inout HTMLText) {
        html.element("div", [.class("grid")]) { html in
            RateCard(
                metric: "override_rate", path: ["override_rate"], title: "Overridden", of: "decisions", better: .lower
            ).write(to: &html, numbers)
            decisionTime(&html)
            RateCard(
                metric: "false_positive_rate", path: ["false_positive_rate"], title: "False positives", of: "outcomes",
                better: .lower
            ).write(to: &html, numbers)
            outcomes(&html)
        }
    }

    private func decisionTime(_ html: inout HTMLText) {
        let (week, month) = (numbers.week["average_decision_time"], numbers.month["average_decision_time"])
        func seconds(_ value: MetricValue?, _ name: String) -> String {
            Words.duration(seconds: value?[name]?.number.map { $0 / 1000 })
        }
        html.panel("Decision time", metric: "average_decision_time", part: "average_decision_time") { html in
            html.element("div", [.class("pair")]) { html in
                html.element("p", [.class("big")], seconds(week?.result, "p50_ms"))
                if let now = week?.result["p50_ms"]?.number, let before = week?.previous?.result["p50_ms"]?.number,
                    before > 0
                {
                    let percent = 100 * (now - before) / before
                    html.element(
                        "span", [.class("change"), .attribute("title", "Compared with the 7 days before")],
                        "\(percent > 0 ? "↑" : percent < 0 ? "↓" : "=") \(Words.metric.oneDecimal(abs(percent))) %")
                }
            }
            html.element(
                "p", [.class("sub")],
                "median of \(Words.count(week?.result["count"]?.integer ?? 0)) decisions in 7 days; the slowest tenth took \(seconds(week?.result, "p90_ms")) or longer"
            )
            html.element(
                "p", [.class("sub")],
                "30 days: \(seconds(month?.result, "p50_ms")) · the 7 days before: \(seconds(week?.previous?.result, "p50_ms"))"
            )
            guard let series = month?.series else { return }
            durations(series.withoutCut).write(to: &html)
        }
    }

    private func durations(_ series: MetricSeries) -> Chart {
        var most = 0.0
        var slots: [Chart.Slot] = []
        for part in series.parts {
            let label = PageTime(part.window.from, numbers.zone).shortDate
            let count = part.result["count"]?.integer ?? 0
            var slot = Chart.Slot(
                title: "\(label)\n\(Words.count(count)) decisions", label: label, isPartial: part.isPartial,
                bars: [Double(count)])
            if let median = part.result["p50_ms"]?.number {
                slot.line = median
                most = max(most, median)
                slot.title += "\nmedian \(Words.metric.duration(median / 1000))"
            }
            slots.append(slot)
        }
        return Chart(
            name: "Median decision time by day, 30 days", slots: slots, lineMaximum: most * 1.1,
            top: Words.metric.duration(most * 1.1 / 1000))
    }

    private func outcomes(_ html: inout HTMLText) {
        let (week, month) = (numbers.week["outcome_distribution"], numbers.month["outcome_distribution"])
        html.panel("Outcomes", metric: "outcome_distribution", part: "outcome_distribution") { html in
            let words = (month?.result.members ?? []).filter { $0.value["share"] != nil }
            let total = words.first?.value["total"]?.integer ?? 0
            html.element(
                "p", [.class("big")],
                Words.count(words.isEmpty ? 0 : week?.result[words[0].name]?["total"]?.integer ?? 0))
            html.element("p", [.class("sub")], "signals closed in 7 days; \(Words.count(total)) in 30")
            let colours = ["RESOLVED": "accepted", "ESCALATED": "overridden", "FALSE_POSITIVE": "bad"]
            html.shares(words.map { (colours[$0.name] ?? "ignored", $0.value["share"]?.number ?? 0) })
            html.table(
                "Outcomes of 30 days",
                [
                    TableHead("30 days"), TableHead("Signals", number: true), TableHead("Share", number: true),
                    TableHead("Mean", number: true),
                ]
            ) { html in
                for word in words {
                    html.element("tr") { html in
                        html.element("td", [.class("t")]) { html in
                            html.element("i", [.class("swatch \(colours[word.name] ?? "ignored")")], "")
                            html.text(word.name.lowercased().replacing("_", with: " "))
                        }
                        html.number(Words.count(word.value["count"]?.integer ?? 0))
                        html.number(Words.percent(word.value["share"]))
                        // The page of outcomes has it to the minute.
                        let hours = word.value["average_resolution_hours"]?.number
                        html.number(hours.map { "\(Words.count(Int64($0.rounded()))) h" } ?? Words.metric.null)
                    }
                }
            }
        }
    }
}
