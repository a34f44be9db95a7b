internal import HTML
internal import MetricsCatalogue

/// A rate in words: its numbers, what it may be, and what became of it.
enum RateWords {
    /// Below so many cases a rate says little.
    static let few: Int64 = 20

    enum Direction {
        case higher
        case lower
        /// Neither is good or bad.
        case neither
    }

    static func fraction(_ rate: MetricValue?) -> String {
        guard let (part, whole) = rate?.fraction else { return "none" }
        return "\(Words.count(part)) of \(Words.count(whole))"
    }

    static func interval(_ rate: MetricValue?) -> (low: Double, high: Double)? {
        guard let (part, whole) = rate?.fraction, let interval = WilsonInterval(part, of: whole) else { return nil }
        return (interval.low, interval.high)
    }

    static func isFew(_ rate: MetricValue?) -> Bool { (rate?.fraction?.whole ?? 0) < few }

    private static let shares: [(share: Double, words: String)] = [
        (0.05, "One in twenty"), (0.1, "One in ten"), (0.2, "One in five"), (0.25, "A quarter"), (0.333, "A third"),
        (0.4, "Two in five"),
        (0.5, "Half"), (0.6, "Three in five"), (0.667, "Two thirds"), (0.75, "Three quarters"), (0.8, "Four in five"),
        (0.9, "Nine in ten"), (0.95, "Nineteen in twenty"),
    ]

    /// The nearest share that has a name: `Two thirds`, `About two thirds`.
    static func inWords(_ share: Double) -> String {
        if share == 0 { return "None" }
        if share == 1 { return "All" }
        if share < 0.03 { return "Hardly any" }
        if share > 0.97 { return "Nearly all" }
        guard let best = shares.min(by: { abs($0.share - share) < abs($1.share - share) }) else { return "" }
        return abs(best.share - share) < 0.006
            ? best.words : "About \(best.words.prefix(1).lowercased())\(best.words.dropFirst())"
    }

    /// How many points more or fewer, green or red only where it is more than chance.
    static func change(
        from old: MetricValue?, to new: MetricValue?, better: Direction, _ html: inout HTMLText, than: String
    ) {
        guard let change = RateChange(from: old, to: new) else { return }
        let arrow = change.points > 0.05 ? "↑" : change.points < -0.05 ? "↓" : "="
        let isBetter = (change.points > 0) == (better == .higher)
        let kind = !change.isMoreThanChance || better == .neither ? "" : isBetter ? "good" : "bad"
        let sure = change.isMoreThanChance ? "more than chance" : "may be chance"
        html.element(
            "span", [.class("change \(kind)"), .attribute("title", "Compared with \(than), \(fraction(old)): \(sure)")]
        ) { html in
            html.text("\(arrow) \(Words.metric.oneDecimal(abs(change.points))) points")
            html.element("span", [.class("hidden")], " \(change.points > 0 ? "more" : "fewer") than \(than): \(sure)")
        }
    }
}
