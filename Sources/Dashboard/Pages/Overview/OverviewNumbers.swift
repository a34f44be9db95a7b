internal import Rollups
internal import Events
internal import MetricsCatalogue
internal import TimeZones

/// What the overview shows, each number from the same requests that a program would send.
struct OverviewNumbers {
    static let recommendations = [
        "recommendation_acceptance_rate", "average_decision_time", "override_rate", "false_positive_rate",
        "outcome_distribution", "admin_engagement",
    ]
    static let learners = [
        "profiler_funnel", "result_acceptance_rate", "session_duration", "module_reach", "module_time",
        "track_alignment", "recommended_track_distribution", "attempt_violations", "profiler_completion",
    ]
    /// What has a chart of 30 days.
    static let drawn = [
        "recommendation_acceptance_rate", "override_rate", "false_positive_rate", "average_decision_time",
        "result_acceptance_rate",
    ]
    static let versioned = ["recommendation_acceptance_rate", "override_rate"]

    /// Seven days, with the seven before.
    let week: [String: MetricAnswer]
    /// Thirty days, with the thirty before; those of ``drawn`` also by day.
    let month: [String: MetricAnswer]
    /// Thirty days by `explanation_version`.
    let versions: [String: MetricAnswer]
    let asOf: Timestamp
    let zone: TimeZone

    @available(*, noasync)
    init(at now: Timestamp, zone: TimeZone, answers: (MetricRequest) throws -> [String: MetricAnswer]) throws {
        let all = Self.recommendations + Self.learners
        week = try answers(MetricRequest(all, span: .days(7), zone: zone, comparison: .previous))
        let plain = try answers(
            MetricRequest(
                all.filter { !Self.drawn.contains($0) }, span: .days(30), zone: zone, comparison: .previous))
        let drawn = try answers(
            MetricRequest(Self.drawn, span: .days(30), interval: .day, zone: zone, comparison: .previous))
        month = plain.merging(drawn) { $1 }
        versions = try answers(
            MetricRequest(Self.versioned, span: .days(30), zone: zone, dimensions: [.explanationVersion]))
        asOf = now
        self.zone = zone
    }

    /// Nothing has been stored yet.
    var isEmpty: Bool { month.values.allSatisfy { $0.state.storedUntil == nil } }
}
