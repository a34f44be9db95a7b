internal import HTML
internal import MetricsCatalogue

/// A rate of 7 and of 30 days with its numbers, its change and its days.
struct RateCard {
    let metric: String
    let path: [String]
    let title: String
    /// What the rate is a share of.
    let of: String
    let better: RateWords.Direction
    var target: Double?

    func write(to html: inout HTMLText, _ numbers: OverviewNumbers) {
        let (week, month) = (numbers.week[metric], numbers.month[metric])
        let rate = week?.result[path: path]
        html.panel(title, metric: metric, part: metric) { html in
            html.element("div", [.class("pair")]) { html in
                html.element("p", [.class("big")], Words.percent(rate))
                RateWords.change(
                    from: week?.previous?.result[path: path], to: rate, better: better, &html, than: "the 7 days before"
                )
            }
            html.element("p", [.class("sub")]) { html in
                html.text("\(RateWords.fraction(rate)) \(of) in 7 days")
                if let target { html.text("; the target is \(Words.metric.percent(target))") }
                if RateWords.isFew(rate) { html.element("span", [.class("tag")], "few events") }
            }
            html.whisker(rate?.number, RateWords.interval(rate), few: RateWords.isFew(rate))
            let long = month?.result[path: path]
            html.element("p", [.class("sub")]) { html in
                html.text("30 days: \(Words.percent(long)), \(RateWords.fraction(long)) ")
                RateWords.change(
                    from: month?.previous?.result[path: path], to: long, better: better, &html,
                    than: "the 30 days before")
            }
            guard let series = month?.series else { return }
            RateChart.make(
                series.withoutCut, path, name: "\(title) by day, 30 days", of: of, zone: numbers.zone, threshold: target
            ).write(to: &html)
        }
    }
}
