package import Events
internal import JSON
package import Store

extension SQLiteWriter {
    /// Stores what is good by now of quarantined messages that were decided anew, and records the resolutions, in one transaction.
    ///
    /// `quarantineIDs` belong to the deliveries of `batch`, in order.
    @available(*, noasync)
    package func replay(
        _ batch: DeliveryBatch, quarantineIDs: [Int64], note: String?, by operator: Operator, operation: Int64?,
        now: Timestamp
    ) throws(StoreError) -> [ReplayOutcome] {
        precondition(
            quarantineIDs.count == batch.count && batch.decisions.count == batch.count, "one id and one decision each")
        let isResolved = try database.prepare("SELECT action FROM quarantine_resolutions WHERE quarantine_id = ?")
        let log = try OperationLog(database)
        let outcomeLog: OutcomeLog? = if let operation { try OutcomeLog(database, of: operation) } else { nil }
        var outcomes: [ReplayOutcome] = []
        try transaction { () throws(StoreError) in
            outcomes.removeAll()
            var resolved: [Int64] = []
            var cursor = BatchCursor()
            try self.note(storedUntil: now)
            for index in batch.deliveries.indices {
                let id = quarantineIDs[index]
                isResolved.bind(1, id)
                let resolution = try isResolved.step() ? isResolved.text(0) : nil
                isResolved.reset()
                if let resolution {
                    outcomes.append(.resolvedBefore)
                    try outcomeLog?.appendOnce(OperationOutcome(id, .resolvedBefore, detail: resolution))
                    continue
                }
                let seq = nextSeq
                let outcome = try replay(index, of: batch, &cursor)
                outcomes.append(outcome)
                try outcomeLog?.appendOnce(OperationOutcome(id, of: outcome))
                if case .refused = outcome { continue }
                try resolve(
                    id, .replay, note: note ?? (outcome == .duplicate ? "stored before" : nil),
                    storedSeq: outcome == .stored ? seq : nil, by: `operator`, operation: operation, now: now)
                resolved.append(id)
            }
            guard operation == nil, !resolved.isEmpty else { return }
            let stored = Int64(outcomes.count { $0 == .stored })
            try log.append(.replay, by: `operator`, note: note, now: now) { json in
                json.array("ids") { json in for id in resolved { json.raw("\(id)") } }
                json.member("stored", stored)
                json.member("duplicates", Int64(resolved.count) - stored)
            }
        }
        return outcomes
    }

    /// A dry run: `body` replays as it likes, in one transaction that is rolled back at the end.
    @available(*, noasync)
    package func dryRun(_ body: () throws -> Void) throws { try trial(body) }

    private func replay(_ index: Int, of batch: DeliveryBatch, _ cursor: inout BatchCursor) throws(StoreError)
        -> ReplayOutcome
    {
        if let refusal = batch.refusal(of: index) { return .refused(refusal.errors, of: refusal.errorCount) }
        let outcome = try write(index, of: batch, &cursor)
        if let refusal = result.refusal(of: index, in: batch) {
            return .refused(refusal.errors, of: refusal.errorCount)
        }
        return outcome == .stored ? .stored : .duplicate
    }

    func resolve(
        _ id: Int64, _ action: OperationAction, note: String?, storedSeq: Int64? = nil, by operator: Operator,
        operation: Int64?, now: Timestamp
    ) throws(StoreError) {
        let insert = try database.prepare(
            """
            INSERT INTO quarantine_resolutions (quarantine_id, action, resolved_at, note, stored_seq, actor, operation_id) VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        insert.bind(1, id)
        insert.bind(2, action.rawValue)
        insert.bind(3, now)
        insert.bind(4, note)
        insert.bind(5, storedSeq)
        insert.bind(6, `operator`.name)
        insert.bind(7, operation)
        try insert.run(doing: "record a resolution")
        // No trigger does this: a writer's do not run, see ``Database/trustOwnAppends()``.
        let count = try database.prepare(QuarantineFaultSchema.resolving)
        count.bind(1, id)
        count.bind(2, action.rawValue)
        try count.run(doing: "count a resolution")
    }
}
