internal import Events

/// The warnings of stored events, which were stored in the same order.
struct StoredWarnings {
    private let rows: Statement
    private var hasRow: Bool

    init(_ database: Database) throws(StoreError) {
        rows = try database.prepare("SELECT code, occurred_at, event_id FROM main.event_warnings ORDER BY id")
        hasRow = try rows.step()
    }

    /// The codes of `row`, which must come in the order of storing.
    mutating func codes(of row: StoredRow) throws(StoreError) -> [Warning.Code] {
        var codes: [Warning.Code] = []
        while hasRow, rows.integer(1) == row.occurredAt, rows.bytes(2).elementsEqual(row.eventID) {
            if let code = Warning.Code(rawValue: rows.text(0)) { codes.append(code) }
            hasRow = try rows.step()
        }
        return codes
    }
}

/// Events that came out of quarantine: they were counted as quarantined when they arrived.
struct ReplayedEvents {
    private var seqs: Set<Int64> = []

    init(_ database: Database) throws(StoreError) {
        let rows = try database.prepare(
            "SELECT stored_seq FROM main.quarantine_resolutions WHERE stored_seq IS NOT NULL")
        while try rows.step() { seqs.insert(rows.integer(0)) }
    }

    func contains(_ row: StoredRow) -> Bool { seqs.contains(row.seq) }
}
