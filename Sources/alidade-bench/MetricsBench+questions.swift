import MetricsCatalogue

/// What takes longer than a window: series, and what is added up from the facts of the window.
extension MetricsBench {
    static func longerQuestions(_ names: [String]) throws -> [(question: String, name: String, request: MetricRequest)]
    {
        var questions: [(question: String, name: String, request: MetricRequest)] = []
        for name in names {
            for (days, interval) in [(30, MetricInterval.day), (365, .week)] {
                let request = try MetricRequest([name], isList: false, span: .days(days), interval: interval)
                questions.append(("\(days) days by \(interval.rawValue)", name, request))
            }
            if let request = grouped(name, interval: nil) {
                questions.append(("30 days, in groups, filtered", name, request))
            }
            if let request = grouped(name, interval: .day) {
                questions.append(("30 days by day, in groups, filtered", name, request))
            }
        }
        return questions
    }

    /// By two dimensions where it can be, and by a filter that lets almost everything through; nil where it cannot be grouped.
    private static func grouped(_ name: String, interval: MetricInterval?) -> MetricRequest? {
        let versions = ["v1.0", "v1.1", "v1.2", "v1.3"].map { "explanation_version=\($0)" }
        let over = ["completion_status=finished", "completion_status=locked"]
        let ways = [
            (["recommendation_type", "admin_user_id"], versions), (["recommended_track", "work_style_cluster"], over),
            (["explanation_version", "admin_user_id"], versions), (["explanation_version"], versions),
            (["completion_status"], over),
        ]
        for (dimensions, filter) in ways {
            if let dimensions = try? MetricRequest.dimensions(named: dimensions, declared: []),
                let filter = try? MetricRequest.filter(filter, declared: []),
                let request = try? MetricRequest(
                    [name], isList: false, span: .days(30), interval: interval, dimensions: dimensions, filter: filter)
            {
                return request
            }
        }
        return nil
    }

    /// So many of each kind, the slowest first.
    static func slowest(_ answers: [(question: String, name: String, times: Times)], _ count: Int) -> [Int] {
        let kinds = Dictionary(grouping: answers.indices) { answers[$0].question }
        return kinds.keys.sorted().flatMap { kind in
            (kinds[kind] ?? []).sorted { answers[$0].times.p99 > answers[$1].times.p99 }.prefix(count)
        }
    }
}
