internal import TimeZones
internal import Events
internal import MetricsCatalogue
internal import Store

/// Which list has exactly the rows that a number counts, over the same window.
struct DrillDown {
    private let metric: String
    private let choice: MetricChoice

    init(_ metric: String, _ choice: MetricChoice) {
        self.metric = metric
        self.choice = choice
    }

    /// Nil where no list has exactly these.
    func url(_ path: [String]) -> PageURL? {
        guard choice.filter.isEmpty, let target else { return nil }
        switch (metric, path) {
        case ("recommendation_acceptance_rate", ["viewed"]): return list(target, [("action", "VIEWED")])
        case ("recommendation_acceptance_rate", ["accepted"]): return list(target, [("action", "ACCEPTED")])
        case ("override_rate", ["overridden"]): return list(target, [("action", "OVERRIDDEN")])
        case ("override_rate", ["decisions"]): return list(target, Self.decisions)
        case ("average_decision_time", ["count"]): return list(target, Self.decisions + [("min_ms", "0")])
        case ("false_positive_rate", ["false_positives"]): return list(target, [("status", "FALSE_POSITIVE")])
        case ("false_positive_rate", ["outcomes"]): return list(target, [])
        case ("outcome_distribution", _) where path.count == 2 && path[1] == "count":
            return list(target, [("status", path[0])])
        case ("admin_engagement", _) where path.count == 2 && path[0] == "events":
            return list(target, [("type", path[1])])
        default: return nil
        }
    }

    private static let decisions = [("action", "ACCEPTED"), ("action", "IGNORED"), ("action", "OVERRIDDEN")]

    private var target: String? {
        switch metric {
        case "recommendation_acceptance_rate", "override_rate", "average_decision_time": "/telemetry/events/"
        case "false_positive_rate", "outcome_distribution": "/telemetry/outcomes/"
        case "admin_engagement": "/telemetry/activity/"
        default: nil
        }
    }

    private func list(_ path: String, _ filters: [(String, String)]) -> PageURL {
        var url = PageURL(path, FormValues(filters.map { FormValues.Pair($0.0, $0.1) }))
        url.query.pairs += [
            FormValues.Pair("from", RFC3339.text(choice.window.window.from)),
            FormValues.Pair("to", RFC3339.text(choice.window.window.to)),
        ]
        return url.with("tz", choice.window.isZoneChosen ? choice.window.zone.name : nil)
    }
}
