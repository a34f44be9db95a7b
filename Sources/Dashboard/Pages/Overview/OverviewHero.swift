internal import HTML
internal import MetricsCatalogue

/// The answer to the first question: are recommendations taken?
struct OverviewHero {
    private let numbers: OverviewNumbers
    private let week: MetricAnswer?
    private let rate: MetricValue?
    private let before: MetricValue?

    init(_ numbers: OverviewNumbers) {
        self.numbers = numbers
        week = numbers.week["recommendation_acceptance_rate"]
        rate = week?.result[path: ["cases", "acceptance_rate"]]
        before = week?.previous?.result[path: ["cases", "acceptance_rate"]]
    }

    var headline: String { Self.headline(rate, before) }
    var share: String { Words.percent(rate) }
    var fraction: String { RateWords.fraction(rate) }

    func write(to html: inout HTMLText) {
        html.element("section", [.class("panel hero")]) { html in
            html.element("div") { html in
                html.element("h1", [.attribute("data-live", "headline")], headline)
                html.element("p", [.class("big")]) { html in
                    html.element(
                        "a",
                        [
                            .href("/telemetry/metrics/recommendation_acceptance_rate/"),
                            .attribute("data-live", "acceptance.7d"),
                        ], share)
                }
                html.element("p", [.class("sub")]) { html in
                    html.element("span", [.attribute("data-live", "acceptance.7d.of")], fraction)
                    html.text(" recommendations that were seen in the last 7 days ")
                    html.definition("recommendation_acceptance_rate")
                }
                html.part("hero.sure") { certainty(&$0) }
                html.part("hero.cases") { decisions(&$0) }
            }
            html.element("div") { html in html.part("hero.days") { chart(&$0) } }
        }
    }

    /// What happened, whether it is better, and how sure that is, in one sentence.
    static func headline(_ rate: MetricValue?, _ before: MetricValue?) -> String {
        guard let (part, whole) = rate?.fraction, whole > 0 else {
            return "Nobody has seen a recommendation in the last 7 days."
        }
        let start =
            "\(RateWords.inWords(Double(part) / Double(whole))) of the recommendations that are seen are accepted"
        guard let change = RateChange(from: before, to: rate) else { return "\(start)." }
        let points = "\(Words.metric.oneDecimal(abs(change.points))) points \(change.points > 0 ? "more" : "fewer")"
        return change.isMoreThanChance
            ? "\(start): \(points) than in the week before, which is more than chance."
            : "\(start). That is no clear change from the week before."
    }

    private func certainty(_ html: inout HTMLText) {
        let interval = RateWords.interval(rate)
        html.whisker(rate?.number, interval, few: RateWords.isFew(rate))
        html.element("p", [.class("sub")]) { html in
            if let interval {
                html.text(
                    "95 % sure: between \(Words.metric.percent(interval.low)) and \(Words.metric.percent(interval.high))"
                )
                if RateWords.isFew(rate) { html.element("span", [.class("tag")], "few events") }
            }
            RateWords.change(from: before, to: rate, better: .higher, &html, than: "the 7 days before")
        }
    }

    /// What became of the cases that were first seen in the window.
    private func decisions(_ html: inout HTMLText) {
        guard let cases = week?.result["cases"], let viewed = cases["viewed"]?.integer, viewed > 0 else { return }
        let kinds = ["accepted", "ignored", "overridden", "open"].map { ($0, cases[$0]?.integer ?? 0) }
        html.element("h2", [.class("minor")], "What became of them")
        html.shares(kinds.map { (class: $0.0, share: Double($0.1) / Double(viewed)) })
        html.element("ul", [.class("legend")]) { html in
            for (name, count) in kinds {
                html.element("li") { html in
                    html.element("i", [.class(name)], "")
                    html.text("\(name) ")
                    html.element("b", Words.count(count))
                }
            }
        }
    }

    private func chart(_ html: inout HTMLText) {
        html.element("div", [.class("pair")]) { html in
            html.element("h2", "Acceptance by day, 30 days")
            let month = numbers.month["recommendation_acceptance_rate"]
            let rate = month?.result[path: ["cases", "acceptance_rate"]]
            html.element("span", [.class("sub")], "\(Words.percent(rate)) in all, \(RateWords.fraction(rate))")
            RateWords.change(
                from: month?.previous?.result[path: ["cases", "acceptance_rate"]], to: rate, better: .higher, &html,
                than: "the 30 days before")
        }
        guard let series = numbers.month["recommendation_acceptance_rate"]?.series else { return }
        RateChart.make(
            series.withoutCut, ["cases", "acceptance_rate"], name: "Acceptance by day", of: "seen", zone: numbers.zone
        ).write(to: &html)
        html.element("ul", [.class("legend")]) { html in
            html.element("li") { html in
                html.element("i", [.class("first")], "")
                html.text("accepted, with the range it lies in with 95 %")
            }
            html.element("li") { html in
                html.element("i", "")
                html.text("how many were seen")
            }
        }
    }
}
