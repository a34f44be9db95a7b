import MetricsCatalogue

/// What takes longer than a window: series, and what is added up from the facts of the window.
extension MetricsBench {
    static func longerQuestions() throws -> [(question: String, name: String, request: MetricRequest)] {
        var questions: [(question: String, name: String, request: MetricRequest)] = []
        for name in MetricCatalogue.names {
            for (days, interval) in [(30, MetricInterval.day), (365, .week)] {
                let request = try MetricRequest([name], isList: false, span: .days(days), interval: interval)
                questions.append(("\(days) days by \(interval.rawValue)", name, request))
            }
            if let request = grouped(name) { questions.append(("30 days, in groups, filtered", name, request)) }
        }
        return questions
    }

    /// By two dimensions where it can be, and filtered by a third; nil where it cannot be grouped.
    private static func grouped(_ name: String) -> MetricRequest? {
        let ways = [
            (["recommendation_type", "explanation_version"], "confidence_at_time=HIGH"),
            (["recommended_track", "work_style_cluster"], "completion_status=finished"),
            (["explanation_version"], "admin_user_id=7"), (["explanation_version"], "explanation_version=v1"),
            (["completion_status"], "completion_status=finished"),
        ]
        for (dimensions, filter) in ways {
            if let dimensions = try? MetricRequest.dimensions(named: dimensions, declared: []),
                let filter = try? MetricRequest.filter([filter], declared: []),
                let request = try? MetricRequest(
                    [name], isList: false, days: 30, dimensions: dimensions, filter: filter)
            {
                return request
            }
        }
        return nil
    }

    /// The two slowest of each kind.
    static func slowest(_ answers: [(question: String, name: String, times: Times)]) -> [Int] {
        let kinds = Dictionary(grouping: answers.indices) { answers[$0].question }
        return kinds.keys.sorted().flatMap { kind in
            (kinds[kind] ?? []).sorted { answers[$0].times.p99 > answers[$1].times.p99 }.prefix(2)
        }
    }
}
