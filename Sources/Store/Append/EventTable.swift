/// The four append-only event tables. Their numbers are stored in `event_identities.place` and never change.
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

    /// One number for table and row, as `event_identities` keeps it.
    func place(seq: Int64) -> Int64 { seq << 2 | rawValue }

    static func table(ofPlace place: Int64) -> EventTable { EventTable(rawValue: place & 3) ?? .profiler }
    static func seq(ofPlace place: Int64) -> Int64 { place >> 2 }

    /// `seq` is one sequence over all four tables.
    static func firstFreeSeq(_ database: Database) throws(StoreError) -> Int64 {
        var newest: Int64 = 0
        for table in allCases {
            newest = max(newest, try database.integer("SELECT max(seq) FROM \(table.name)") ?? 0)
        }
        return newest + 1
    }
}
