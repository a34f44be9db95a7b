internal import Events
internal import Store

/// Writes rows of `operation_outcomes`, in the transaction of what was done.
struct OutcomeLog {
    private let operation: Int64
    private let insert: Statement
    private let find: Statement

    init(_ database: Database, of operation: Int64) throws(StoreError) {
        self.operation = operation
        insert = try database.prepare(
            "INSERT INTO operation_outcomes (operation_id, quarantine_id, outcome, detail) VALUES (?, ?, ?, ?)")
        find = try database.prepare(
            "SELECT 1 FROM operation_outcomes WHERE operation_id = ? AND quarantine_id = ?")
    }

    private func has(_ quarantineID: Int64) throws(StoreError) -> Bool {
        find.bind(1, operation)
        find.bind(2, quarantineID)
        defer { find.reset() }
        return try find.step()
    }

    /// A message that has an outcome keeps it.
    func appendOnce(_ outcome: OperationOutcome) throws(StoreError) {
        guard try !has(outcome.quarantineID) else { return }
        insert.bind(1, operation)
        insert.bind(2, outcome.quarantineID)
        insert.bind(3, outcome.outcome.rawValue)
        insert.bind(4, outcome.detail)
        try insert.run(doing: "append to operation_outcomes")
    }
}

extension OperationOutcome {
    /// Of a message that was tried to be stored.
    init(_ id: Int64, of outcome: ReplayOutcome) {
        switch outcome {
        case .stored: self.init(id, .stored)
        case .duplicate: self.init(id, .duplicate)
        case .refused(let errors, _): self.init(id, .refused, detail: errors.first?.reason.rawValue)
        case .resolvedBefore: self.init(id, .resolvedBefore)
        case .unknownQueue(let queue): self.init(id, .unknownQueue, detail: queue)
        }
    }
}
