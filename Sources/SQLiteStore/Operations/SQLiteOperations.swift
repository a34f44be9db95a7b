package import Events
package import Store

/// Every call opens a write connection of its own and closes it, as ``SQLiteLedger`` does.
package struct SQLiteOperations: OperationLedger {
    private static let doing = "write to the log of operations"
    private let location: StoreLocation

    package init(_ location: StoreLocation) { self.location = location }

    @available(*, noasync)
    package func begin(_ operation: NewOperation, by operator: Operator, now: Timestamp) throws(StoreError) -> Int64 {
        let database = try open()
        return try database.inTransaction(doing: Self.doing) { () throws(StoreError) in
            try OperationLog(database).append(operation, by: `operator`, now: now)
            return database.lastInsertedRow
        }
    }

    @available(*, noasync)
    package func add(_ outcomes: [OperationOutcome], to operation: Int64) throws(StoreError) {
        guard !outcomes.isEmpty else { return }
        let database = try open()
        try database.inTransaction(doing: Self.doing) { () throws(StoreError) in
            let log = try OutcomeLog(database, of: operation)
            for outcome in outcomes { try log.appendOnce(outcome) }
        }
    }

    @available(*, noasync)
    package func end(
        _ operation: Int64, as state: OperationEnd.State, note: String?, by operator: Operator?, now: Timestamp
    ) throws(StoreError) -> Bool {
        let database = try open()
        return try database.inTransaction(doing: Self.doing) { () throws(StoreError) in
            guard try database.integer("SELECT 1 FROM operation_ends WHERE operation_id = \(operation)") == nil else {
                return false
            }
            let insert = try database.prepare(
                "INSERT INTO operation_ends (operation_id, ended_at, state, actor, note) VALUES (?, ?, ?, ?, ?)")
            insert.bind(1, operation)
            insert.bind(2, now)
            insert.bind(3, state.rawValue)
            insert.bind(4, `operator`?.name)
            insert.bind(5, note)
            try insert.run(doing: Self.doing)
            return true
        }
    }

    private func open() throws(StoreError) -> Database {
        let database = try Database.open(location.path, .readWrite)
        guard try Migration.isUpToDate(database) else {
            throw StoreError(
                .notAStore, doing: Self.doing, why: "the store \(location.path) is empty or of an older version")
        }
        // Emptying the log is the writer's business.
        try database.run("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0", doing: Self.doing)
        return database
    }
}
