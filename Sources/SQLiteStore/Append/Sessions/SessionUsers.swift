internal import Events
internal import Rollups
internal import Store

/// Tells whether a session changed hands. A session is one learner's: two under one id are most likely a mistake of the producer, and every
/// metric by learner counts the session for the latest of them.
struct SessionUsers {
    private let find: Statement

    init(_ database: Database) throws(StoreError) {
        find = try database.prepare("SELECT user_id FROM profiler_events WHERE seq = ?")
    }

    /// Compares an event's user with that of a stored event of the session; nil where they are the same.
    func change(by event: ProfilerTelemetry, since seq: Int64, _ bytes: borrowing ByteArena) throws(StoreError)
        -> Warning?
    {
        find.bind(1, seq)
        defer { find.reset() }
        guard try find.step(), !find.bytes(0).isSame(as: bytes[event.userID]) else { return nil }
        return Warning(
            .sessionUserChanged, at: "/user_id",
            """
            session \(bytes.text(event.sessionID)) was that of user \(find.text(0)) until now (profiler_events, seq \(seq)), \
            and here it is that of user \(bytes.text(event.userID)); a session has one user
            """)
    }
}
