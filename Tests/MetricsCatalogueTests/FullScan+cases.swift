import Events

@testable import Store

/// Recommendation cases the straightforward way: all events of the store, sorted, and the first of each kind.
extension FullScan {
    struct Case {
        var viewedAt: Double?
        var confidence = "unknown"
        var admin: String?
        var decision: String?
        /// What the first view says of `cohort` and `tenant`.
        var declared: [String: String?] = [:]
    }

    struct CaseKey: Hashable {
        let signal, type, version: String
    }

    private mutating func folded() throws -> [CaseKey: Case] {
        if let foldedCases { return foldedCases }
        var cases: [CaseKey: Case] = [:]
        for row in try rows(
            """
            SELECT risk_signal_id, recommendation_type, explanation_version, action_taken, occurred_at,
                   coalesce(confidence_at_time, 'unknown'), admin_user_id,
                   CAST(json_extract(extra, '$.cohort') AS TEXT), CAST(json_extract(extra, '$.tenant') AS TEXT)
            FROM decision_recommendation_events ORDER BY occurred_at, seq
            """, isFiltered: false
        ) {
            let key = CaseKey(signal: row[0], type: row[1], version: row[2])
            var found = cases[key] ?? Case()
            if row[3] == "VIEWED" {
                if found.viewedAt == nil {
                    (found.viewedAt, found.confidence, found.admin) = (Double(row[4]), row[5], row[6])
                    found.declared = ["cohort": row[7].isEmpty ? nil : row[7], "tenant": row[8].isEmpty ? nil : row[8]]
                }
            } else if found.decision == nil {
                found.decision = row[3]
            }
            cases[key] = found
        }
        foldedCases = cases
        return cases
    }

    /// `group` is a grouping and the group's name, as the rows have it.
    mutating func cases(_ path: String, grouping: String?, group: String?) throws {
        var counts: [String: Double] = [:]
        for (key, found) in try folded() {
            guard let viewedAt = found.viewedAt, viewedAt >= Double(from), viewedAt < Double(to) else { continue }
            switch grouping {
            case "recommendation_type": guard key.type == group else { continue }
            case "explanation_version": guard key.version == group else { continue }
            case "confidence_at_time": guard found.confidence == group else { continue }
            default: break
            }
            guard isWanted(key, found) else { continue }
            counts[found.decision ?? "open", default: 0] += 1
        }
        let viewed = counts.values.reduce(0, +)
        put(path + "viewed", viewed)
        put(path + "accepted", counts["ACCEPTED"] ?? 0)
        put(path + "ignored", counts["IGNORED"] ?? 0)
        put(path + "overridden", counts["OVERRIDDEN"] ?? 0)
        put(path + "open", counts["open"] ?? 0)
        rate(path + "acceptance_rate", counts["ACCEPTED"] ?? 0, viewed)
    }

    mutating func outcomesByDecision() throws {
        var decisions: [String: [String]] = [:]
        for (key, found) in try folded() {
            decisions[key.signal, default: []] += isWanted(key, found) ? [found.decision ?? "none"] : []
        }
        var counts: [String: [String: Double]] = [:]
        for decision in ["ACCEPTED", "IGNORED", "OVERRIDDEN", "none"] {
            counts[decision] = Dictionary(uniqueKeysWithValues: OutcomeStatus.allCases.map { ($0.rawValue, 0) })
        }
        for row in try rows(
            "SELECT risk_signal_id, outcome_status FROM decision_outcome_snapshots WHERE occurred_at >= :from AND occurred_at < :to"
        ) {
            for decision in decisions[row[0]] ?? (wanted.isEmpty ? ["none"] : []) { counts[decision]?[row[1]]? += 1 }
        }
        for (decision, statuses) in counts { shares("\(decision)/", statuses) }
    }
}
