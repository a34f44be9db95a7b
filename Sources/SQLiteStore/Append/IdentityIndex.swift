internal import Events
internal import Store

#if SEEDED_BUGS
internal import Glibc
#endif

/// Knows every event that was ever stored: kind, event id and time decide, with no time window.
struct IdentityIndex {
    /// What is known of an identity that a message brings.
    enum Standing {
        /// It is taken now.
        case new
        /// By the same event.
        case known
        /// By an event with other content, whose number this is.
        case taken(seq: Int64)
    }

    private let insert: Statement
    private let find: Statement
    private let findAny: Statement
    private let remove: Statement
    private let noteDuplicate: Statement
    private let database: Database

    init(_ database: Database) throws(StoreError) {
        self.database = database
        insert = try database.prepare(
            """
            INSERT INTO _event_identities (occurred_at, place, event_id, kind, content) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """)
        find = try database.prepare(
            "SELECT content, place FROM _event_identities WHERE occurred_at = ? AND event_id = ? AND kind = ?")
        findAny = try database.prepare("SELECT 1 FROM _event_identities WHERE occurred_at = ? AND event_id = ?")
        remove = try database.prepare(
            "DELETE FROM _event_identities WHERE occurred_at = ? AND event_id = ? AND kind = ?")
        noteDuplicate = try database.prepare(
            """
            INSERT INTO _duplicate_events (occurred_at, event_id, count, first_received_at, last_received_at) VALUES (?1, ?2, 1, ?3, ?3)
            ON CONFLICT DO UPDATE SET count = count + 1, last_received_at = max(last_received_at, excluded.last_received_at)
            """)
    }

    /// Takes the identity where it is new.
    @inline(__always)
    func take(_ identity: EventIdentity, _ bytes: borrowing ByteArena, for table: EventTable, seq: Int64)
        throws(StoreError) -> Standing
    {
        insert.bind(1, identity.occurredAt)
        insert.bind(2, EventPlace(table, seq: seq).number)
        insert.bind(4, table.rawValue)
        if identity.content == 0 { insert.bindNull(5) } else { insert.bind(5, Int64(bitPattern: identity.content)) }
        try insert.run(bindingID: 3, bytes[identity.eventID])
        #if SEEDED_BUGS
        if isBlind { return .new }
        #endif
        return database.changes == 1 ? .new : try standing(of: identity, bytes, in: table)
    }

    @inline(never)
    private func standing(of identity: EventIdentity, _ bytes: borrowing ByteArena, in table: EventTable)
        throws(StoreError) -> Standing
    {
        find.bind(1, identity.occurredAt)
        find.bind(3, table.rawValue)
        defer { find.reset() }
        guard try find.step(bindingID: 2, CompactID(bytes[identity.eventID])) else { return .known }
        let isSame =
            identity.content == 0 || find.isNull(0) || find.integer(0) == Int64(bitPattern: identity.content)
        return isSame ? .known : .taken(seq: EventPlace(number: find.integer(1)).seq)
    }

    /// Whether an event of any kind has this id and time.
    func contains(_ eventID: String, at occurredAt: Timestamp) throws(StoreError) -> Bool {
        findAny.bind(1, occurredAt)
        findAny.bindID(2, eventID)
        defer { findAny.reset() }
        return try findAny.step()
    }

    /// Gives back an identity whose row the store then refused.
    func giveBack(_ identity: EventIdentity, _ bytes: borrowing ByteArena, for table: EventTable) throws(StoreError) {
        remove.bind(1, identity.occurredAt)
        remove.bind(3, table.rawValue)
        try remove.run(bindingID: 2, bytes[identity.eventID])
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
