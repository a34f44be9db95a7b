internal import MetricsCatalogue
internal import Rollups
internal import Store
internal import TimeZones

/// How many recommendation events of each action there were, over the window and by day: from the sums, not by counting rows.
struct ActionCounts {
    private static let names = ["viewed", "accepted", "ignored", "overridden"]

    let totals: [(name: String, count: Int64)]
    let chart: Chart
    var total: Int64 { totals.reduce(0) { $0 + $1.count } }

    /// Of these actions alone, where there are some.
    @available(*, noasync)
    init(_ desk: PageDesk, _ window: WindowChoice, _ filter: FactFilter, only actions: [String]) throws {
        let interval = ChartInterval.fitting(window)
        let request = try MetricRequest(
            ["recommendation_acceptance_rate", "override_rate"], span: window.span, interval: interval,
            zone: window.zone, filter: filter)
        let answers = try desk.answers(to: request, at: window.now)
        let (acceptance, override) = (answers["recommendation_acceptance_rate"], answers["override_rate"])
        func counts(_ acceptance: MetricValue?, _ override: MetricValue?) -> [Int64] {
            zip(Self.names, Self.counts(acceptance, override)).map { name, count in
                actions.isEmpty || actions.contains(name.uppercased()) ? count : 0
            }
        }
        totals = zip(Self.names, counts(acceptance?.result, override?.result)).map { ($0, $1) }
        let parts = zip(acceptance?.series?.parts ?? [], override?.series?.parts ?? [])
        let slots = parts.map { part, other in
            let counts = counts(part.result, other.result)
            let time = PageTime(part.window.from, window.zone)
            let label = interval == .hour ? time.short : time.shortDate
            let words = zip(Self.names, counts).map { "\n\($0) \(Words.count($1))" }.joined()
            return Chart.Slot(
                title: label + words, label: label, isPartial: part.isPartial, bars: counts.map(Double.init))
        }
        let most = slots.map { $0.bars.reduce(0, +) }.max() ?? 0
        chart = Chart(
            name: "Recommendation events by \(interval.rawValue) and action", slots: slots, barClasses: Self.names,
            top: Words.count(Int64(most)))
    }

    /// Of one answer, or of one group of it.
    static func counts(_ acceptance: MetricValue?, _ override: MetricValue?) -> [Int64] {
        let (viewed, accepted) = (acceptance?["viewed"]?.integer ?? 0, acceptance?["accepted"]?.integer ?? 0)
        let (overridden, decisions) = (override?["overridden"]?.integer ?? 0, override?["decisions"]?.integer ?? 0)
        return [viewed, accepted, decisions - accepted - overridden, overridden]
    }
}

/// The interval that gives a chart some dozens of marks.
enum ChartInterval {
    /// As many bars as a chart can show.
    static let most = 400

    static func fits(_ interval: MetricInterval, _ choice: WindowChoice) -> Bool {
        interval.parts(of: choice.window, in: choice.zone, atMost: most) != nil
    }

    static func fitting(_ choice: WindowChoice) -> MetricInterval {
        let hours = (choice.window.to - choice.window.from) / 3_600_000_000
        return hours <= 48 ? .hour : hours <= 62 * 24 ? .day : hours <= 430 * 24 ? .week : .month
    }
}
