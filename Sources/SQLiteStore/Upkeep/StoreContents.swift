internal import Store

/// What a store contains, as numbers: two copies of one snapshot have the same.
struct StoreContents: Equatable {
    var schemaVersion: Int64
    var rows: [(table: String, count: Int64)]
    var balance: BalanceReport

    static func == (left: StoreContents, right: StoreContents) -> Bool {
        left.schemaVersion == right.schemaVersion && left.balance == right.balance
            && left.rows.elementsEqual(right.rows) { $0 == $1 }
    }

    /// Counts inside the transaction that the caller has begun. Any version of the schema.
    init(of database: Database) throws(StoreError) {
        schemaVersion = try database.integer("PRAGMA user_version") ?? 0
        balance = try BalanceReport(of: database)
        rows = []
        let names = try database.prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        )
        while try names.step() {
            let table = names.text(0)
            rows.append((table, try database.integer("SELECT count(*) FROM \"\(table)\"") ?? 0))
        }
    }
}
