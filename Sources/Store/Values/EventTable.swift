/// The append-only event tables. Their numbers are stored in `_event_identities.place` and never change; there is room for 16, 0 to 15.
package enum EventTable: Int64, Sendable, CaseIterable {
    case profiler = 0
    case recommendation = 1
    case outcome = 2
    case view = 3

    package var name: String {
        switch self {
        case .profiler: "profiler_events"
        case .recommendation: "decision_recommendation_events"
        case .outcome: "decision_outcome_snapshots"
        case .view: "admin_view_telemetry"
        }
    }
}
