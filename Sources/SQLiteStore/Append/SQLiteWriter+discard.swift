package import Events
internal import JSON
package import Store

extension SQLiteWriter {
    /// Records that quarantined messages will not be replayed: all of them, or where one does not exist none. Those that were resolved before
    /// stay as they are.
    @available(*, noasync)
    package func discard(_ ids: [Int64], note: String, by operator: Operator, operation: Int64?, now: Timestamp)
        throws(StoreError) -> [DiscardOutcome]
    {
        let log = try OperationLog(database)
        let outcomeLog: OutcomeLog? = if let operation { try OutcomeLog(database, of: operation) } else { nil }
        let row = try database.prepare(
            """
            SELECT action FROM quarantine LEFT JOIN quarantine_resolutions ON quarantine_id = quarantine.id
            WHERE quarantine.id = ?
            """)
        var outcomes: [DiscardOutcome] = []
        try transaction { () throws(StoreError) in
            outcomes.removeAll()
            var (missing, discarded): ([Int64], [Int64]) = ([], [])
            for id in ids {
                row.bind(1, id)
                let exists = try row.step()
                let action = exists ? row.optionalText(0) : nil
                row.reset()
                if !exists { missing.append(id) }
                outcomes.append(action.map { .resolvedBefore($0) } ?? .discarded)
                guard exists else { continue }
                let outcome = action.map { OperationOutcome(id, .resolvedBefore, detail: $0) }
                try outcomeLog?.appendOnce(outcome ?? OperationOutcome(id, .discarded))
                guard action == nil else { continue }
                try resolve(id, .discard, note: note, by: `operator`, operation: operation, now: now)
                discarded.append(id)
            }
            guard missing.isEmpty else {
                let numbers = missing.prefix(20).map { "\($0)" }.joined(separator: ", ")
                throw StoreError(
                    .other, doing: "discard quarantined messages",
                    why: "there is no message \(numbers)\(missing.count > 20 ? " and \(missing.count - 20) more" : "")",
                    hint: "nothing was discarded")
            }
            guard operation == nil, !discarded.isEmpty else { return }
            try log.append(.discard, by: `operator`, note: note, now: now) { json in
                json.array("ids") { json in for id in discarded { json.raw("\(id)") } }
            }
        }
        return outcomes
    }

    /// The same for all that are unresolved and have this reason; how many.
    @available(*, noasync)
    package func discard(reason: String, note: String, by operator: Operator, now: Timestamp) throws(StoreError)
        -> Int64
    {
        let log = try OperationLog(database)
        let insert = try database.prepare(
            """
            INSERT INTO quarantine_resolutions (quarantine_id, action, resolved_at, note, actor)
            SELECT id, 'discard', ?1, ?2, ?4 FROM quarantine
            WHERE reason = ?3 AND NOT EXISTS (SELECT 1 FROM quarantine_resolutions WHERE quarantine_id = quarantine.id)
            """)
        let changes = try database.prepare("SELECT changes()")
        insert.bind(1, now)
        insert.bind(2, note)
        insert.bind(3, reason)
        insert.bind(4, `operator`.name)
        var count: Int64 = 0
        try transaction { () throws(StoreError) in
            try insert.run(doing: "discard quarantined messages")
            count = try changes.step() ? changes.integer(0) : 0
            changes.reset()
            guard count > 0 else { return }
            let resolved = try database.prepare(QuarantineFaultSchema.discardingAll)
            resolved.bind(1, reason)
            try resolved.run(doing: "count what was discarded")
            try log.append(.discard, by: `operator`, note: note, now: now) { json in
                json.member("reason", reason)
                json.member("discarded", count)
            }
        }
        return count
    }
}
