internal import HTML

/// Small horizontal marks that stand in tables and cards.
extension HTMLText {
    /// A bar of so much of its whole.
    mutating func bar(_ share: Double, class kind: String = "first", mark: Double? = nil) {
        svg("meter", height: 8) { html in
            html.rectangle("track", from: 0, to: 100)
            html.rectangle(kind, from: 0, to: 100 * min(1, max(0, share)))
            if let mark { html.tick("mark", at: 100 * min(1, max(0, mark))) }
        }
    }

    /// Shares side by side; together they are the whole.
    mutating func shares(_ shares: [(class: String, share: Double)]) {
        svg("meter tall", height: 12) { html in
            html.rectangle("track", from: 0, to: 100)
            var place = 0.0
            for (kind, share) in shares where share > 0 {
                html.rectangle(kind, from: 100 * place, to: 100 * (place + share))
                place += share
            }
        }
    }

    /// Where a rate lies, and where it may lie, on a scale from 0 to 1.
    mutating func whisker(_ rate: Double?, _ interval: (low: Double, high: Double)?, few: Bool = false) {
        svg(few ? "whisker few" : "whisker", height: 12) { html in
            html.element("path", [.class("track"), .attribute("d", "M0 6H100")], "")
            guard let rate, let interval else { return }
            html.element(
                "path",
                [
                    .class("range"),
                    .attribute("d", "M\(Chart.text(100 * interval.low)) 6H\(Chart.text(100 * interval.high))"),
                ], "")
            html.tick("point", at: 100 * rate)
        }
    }

    /// Counts side by side, small.
    mutating func spark(_ counts: [Double], title: String) {
        let most = counts.max() ?? 0
        element(
            "svg",
            [
                .class("spark"), .attribute("viewBox", "0 0 100 20"), .attribute("preserveAspectRatio", "none"),
                .attribute("role", "img"), .attribute("aria-label", title),
            ]
        ) { html in
            html.element("title", title)
            guard most > 0 else { return }
            let step = 100 / Double(counts.count)
            let path = counts.enumerated().filter { $0.element > 0 }.map { place, count in
                let height = max(1, 20 * count / most)
                return
                    "M\(Chart.text(Double(place) * step)) 20v\(Chart.text(-height))h\(Chart.text(step * 0.8))v\(Chart.text(height))z"
            }.joined()
            html.element("path", [.class("first"), .attribute("d", path)], "")
        }
    }

    private mutating func svg(_ kind: String, height: Int, _ body: (inout HTMLText) -> Void) {
        element(
            "svg",
            [
                .class(kind), .attribute("viewBox", "0 0 100 \(height)"), .attribute("preserveAspectRatio", "none"),
                .attribute("aria-hidden", "true"),
            ], body)
    }

    private mutating func rectangle(_ kind: String, from: Double, to: Double) {
        element(
            "rect",
            [
                .class(kind), .attribute("x", Chart.text(from)), .attribute("width", Chart.text(max(0, to - from))),
                .attribute("height", "100%"),
            ], "")
    }

    private mutating func tick(_ kind: String, at place: Double) {
        element("path", [.class(kind), .attribute("d", "M\(Chart.text(place)) 0V100")], "")
    }
}
