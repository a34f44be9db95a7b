internal import Events
internal import Store

/// The codes of the warnings about stored events, found by event: nothing is concluded from the order of rows. Rows of before version 6 have no
/// `seq`, and one event several of a code.
struct StoredWarnings {
    private let find: Statement
    private let isEmpty: Bool

    /// Copies them to the temporary database, in the order in which they are asked for.
    init(_ database: Database) throws(StoreError) {
        try database.run(
            """
            CREATE TABLE rebuilt.event_warnings (
                occurred_at INTEGER NOT NULL, event_id TEXT NOT NULL, seq INTEGER, id INTEGER NOT NULL, code TEXT NOT NULL,
                PRIMARY KEY (occurred_at, event_id, id)
            ) WITHOUT ROWID;
            INSERT INTO rebuilt.event_warnings SELECT occurred_at, event_id, seq, id, code FROM main.event_warnings ORDER BY 1, 2, 4;
            """, doing: "read the warnings")
        isEmpty = try database.integer("SELECT 1 FROM rebuilt.event_warnings LIMIT 1") == nil
        find = try database.prepare(
            """
            SELECT code FROM rebuilt.event_warnings WHERE occurred_at = ?1 AND event_id = ?2 AND coalesce(seq, ?3) = ?3
            GROUP BY code ORDER BY min(id)
            """)
    }

    func codes(of row: StoredRow) throws(StoreError) -> [Warning.Code] {
        guard !isEmpty else { return [] }
        find.bind(1, row.occurredAt)
        find.bindText(2, row.eventID)
        find.bind(3, row.seq)
        defer { find.reset() }
        var codes: [Warning.Code] = []
        while try find.step() { codes.append(try find.word(0, of: "event_warnings")) }
        return codes
    }
}

/// Events that came out of quarantine: they were counted as quarantined when they arrived.
struct ReplayedEvents {
    /// By number. A damaged store may have given a number twice: then the id tells which event it was.
    private var eventIDs: [Int64: [UInt8]] = [:]
    private let shared: Set<Int64>

    init(_ database: Database) throws(StoreError) {
        let rows = try database.prepare(
            """
            SELECT stored_seq, quarantine.event_id FROM main.quarantine_resolutions
            LEFT JOIN main.quarantine ON quarantine.id = quarantine_id WHERE stored_seq IS NOT NULL
            """)
        while try rows.step() { eventIDs[rows.integer(0)] = Array(rows.bytes(1)) }
        let tables = EventTable.allCases.map { "(SELECT count(*) FROM main.\($0.name) WHERE seq = ?1)" }
        let count = try database.prepare("SELECT \(tables.joined(separator: " + "))")
        var shared: Set<Int64> = []
        for seq in eventIDs.keys {
            count.bind(1, seq)
            if try count.step(), count.integer(0) > 1 { shared.insert(seq) }
            count.reset()
        }
        self.shared = shared
    }

    func contains(_ row: StoredRow) -> Bool { contains(seq: row.seq, eventID: row.eventID) }

    func contains(seq: Int64, eventID: UnsafeRawBufferPointer) -> Bool {
        guard let replayed = eventIDs[seq] else { return false }
        return !shared.contains(seq) || eventID.elementsEqual(replayed)
    }
}
