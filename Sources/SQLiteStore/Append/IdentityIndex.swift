internal import Events
internal import Store

#if SEEDED_BUGS
internal import Glibc
#endif

/// Knows every event that was ever stored: the pair (event id, occurred at) decides, with no time window.
struct IdentityIndex {
    private let insert: Statement
    private let find: Statement
    private let remove: Statement
    private let noteDuplicate: Statement
    private let database: Database

    init(_ database: Database) throws(StoreError) {
        self.database = database
        insert = try database.prepare(
            "INSERT INTO event_identities (occurred_at, place, event_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        find = try database.prepare("SELECT 1 FROM event_identities WHERE occurred_at = ? AND event_id = ?")
        remove = try database.prepare("DELETE FROM event_identities WHERE occurred_at = ? AND event_id = ?")
        noteDuplicate = try database.prepare(
            """
            INSERT INTO duplicate_events (occurred_at, event_id, count, first_received_at, last_received_at) VALUES (?1, ?2, 1, ?3, ?3)
            ON CONFLICT DO UPDATE SET count = count + 1, last_received_at = max(last_received_at, excluded.last_received_at)
            """)
    }

    /// True where the identity is new; it is taken then.
    @inline(__always)
    func take(_ eventID: UnsafeRawBufferPointer, at occurredAt: Timestamp, for table: EventTable, seq: Int64)
        throws(StoreError) -> Bool
    {
        insert.bind(1, occurredAt)
        insert.bind(2, EventPlace(table, seq: seq).number)
        try insert.run(bindingID: 3, eventID)
        #if SEEDED_BUGS
        if isBlind { return true }
        #endif
        return database.changes == 1
    }

    func contains(_ eventID: String, at occurredAt: Timestamp) throws(StoreError) -> Bool {
        find.bind(1, occurredAt)
        find.bindID(2, eventID)
        defer { find.reset() }
        return try find.step()
    }

    /// Gives back an identity whose row the store then refused.
    func giveBack(_ eventID: UnsafeRawBufferPointer, at occurredAt: Timestamp) throws(StoreError) {
        remove.bind(1, occurredAt)
        try remove.run(bindingID: 2, eventID)
    }

    /// Remembers for `alidade where` that a stored event came again.
    func noteDuplicate(_ eventID: UnsafeRawBufferPointer, at occurredAt: Timestamp, receivedAt: Timestamp)
        throws(StoreError)
    {
        noteDuplicate.bind(1, occurredAt)
        noteDuplicate.bind(3, receivedAt)
        try noteDuplicate.run(bindingID: 2, eventID)
    }
}

#if SEEDED_BUGS
/// Put in on purpose by the tests: every event counts as new. Debug builds only.
private let isBlind = getenv("ALIDADE_SEEDED_BUG").map { String(cString: $0) } == "no-dedupe"
#endif
