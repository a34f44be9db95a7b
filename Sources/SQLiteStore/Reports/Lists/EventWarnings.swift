internal import Store

/// Finds the codes of the warnings about events.
struct EventWarnings {
    private let find: Statement

    /// Rows of before schema 6 do not name their event by its number.
    init(_ database: Database) throws(StoreError) {
        find = try database.prepare(
            """
            SELECT code FROM event_warnings WHERE seq = ?1
            UNION SELECT code FROM event_warnings WHERE seq IS NULL AND occurred_at = ?2 AND event_id = ?3
            ORDER BY code
            """)
    }

    func codes(seq: Int64, occurredAt: Int64, eventID: String) throws(StoreError) -> [String] {
        find.bind(1, seq)
        find.bind(2, occurredAt)
        find.bind(3, eventID)
        defer { find.reset() }
        var codes: [String] = []
        while try find.step() { codes.append(find.text(0)) }
        return codes
    }
}
