import Events
import Rollups

@testable import MetricsCatalogue
@testable import SQLiteStore
@testable import Store

/// What can be split and filtered by, as SQL says it.
extension FullScan {
    private static func table(_ metric: String) -> String {
        switch metric {
        case "recommendation_acceptance_rate", "average_decision_time", "override_rate", "outcome_by_decision":
            "decision_recommendation_events"
        case "false_positive_rate", "outcome_distribution": "decision_outcome_snapshots"
        case "admin_engagement": "admin_view_telemetry"
        default: "profiler_sessions"
        }
    }

    private static func column(_ dimension: FactDimension, of table: String) -> String {
        func device(_ names: [String]) -> String {
            let cases = zip(RandomEvents.agents, names).map { "WHEN '\($0.header)' THEN '\($1)'" }
            return "CASE json_extract(payload, '$.device_browser.user_agent') \(cases.joined(separator: " ")) END"
        }
        return switch dimension {
        case .confidence: "coalesce(confidence_at_time, 'unknown')"
        case .admin: "CAST(admin_user_id AS TEXT)"
        case .recommendedTrack: "recommended_track_id"
        case .modelVersion:
            """
            (SELECT a.model_version FROM profiler_alignments a WHERE a.seq = last_seq AND NOT a.is_shadow
             AND a.computed IS NOT NULL LIMIT 1)
            """
        case .browser: device(RandomEvents.agents.map(\.browser))
        case .operatingSystem: device(RandomEvents.agents.map(\.system))
        case .declared(let name):
            "CAST(json_extract(\(table == "profiler_sessions" ? "payload" : "extra"), '$.\(name)') AS TEXT)"
        case .recommendationType, .explanationVersion, .completionStatus, .workStyle, .difficulty: dimension.name
        }
    }

    private static func condition(_ dimension: FactDimension, _ values: [String], of table: String) -> String {
        let column = column(dimension, of: table)
        let hex = values.map { value in
            "'" + value.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined() + "'"
        }
        return "hex(\(column)) IN (\(hex.joined(separator: ", "))) AND \(column) IS NOT NULL"
    }

    /// Counts from now on only what has one of these values in each of these dimensions.
    mutating func count(only conditions: [FactFilter.Condition], for metric: String) {
        wanted = conditions
        let table = Self.table(metric)
        let texts = conditions.map { Self.condition($0.dimension, $0.values, of: table) }
        self.conditions = texts.isEmpty ? [:] : [table: texts.joined(separator: " AND ")]
    }

    func isWanted(_ key: CaseKey, _ found: Case) -> Bool {
        wanted.allSatisfy { condition in
            let value: String? =
                switch condition.dimension {
                case .recommendationType: key.type
                case .explanationVersion: key.version
                case .admin: found.admin
                case .declared(let name): found.declared[name] ?? nil
                default: found.confidence
                }
            return condition.values.contains { $0.spelledOut == value }
        }
    }

    /// The combinations of values that there are, whatever the window; none with one that is not said.
    func combinations(of dimensions: [FactDimension], for metric: String) throws -> [[String]] {
        let table = Self.table(metric)
        let columns = dimensions.map { Self.column($0, of: table) }
        func select(_ columns: [String]) -> String {
            """
            SELECT \(columns.joined(separator: ", ")) FROM \(table)
            WHERE \(columns.map { "\($0) IS NOT NULL" }.joined(separator: " AND "))
            """
        }
        // The confidence of a case that nobody viewed is not known.
        let unknown = dimensions.map { $0 == .confidence ? "'unknown'" : Self.column($0, of: table) }
        let statement = try database.prepare("\(select(columns)) UNION \(select(unknown))")
        var found: [[String]] = []
        while try statement.step() { found.append(columns.indices.map { statement.text(Int32($0)) }) }
        return found
    }
}
