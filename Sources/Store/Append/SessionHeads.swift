internal import Events

/// Keeps which event holds each session's latest state, by occurred-at, then by arrival.
///
/// A new state is appended to `session_log`, whose pages a batch touches in order, and remembered in memory; when the log has grown to
/// ``mergeThreshold`` sessions it is merged into `session_heads` in key order, which touches each page once for several rows. Readers see
/// both through the view `profiler_sessions`. Sessions are kept as ``CompactID``; their text stands in the events.
struct SessionHeads {
    /// Sessions in the log at which it is merged: large enough that many rows share a page, small enough to merge in a moment.
    static let mergeThreshold = 131_072

    private let database: Database
    private let append: Statement
    private var log = SessionLog()
    private var isMerged = false

    init(_ database: Database) throws(StoreError) {
        self.database = database
        append = try database.prepare("INSERT INTO session_log (seq, occurred_at, session) VALUES (?, ?, ?)")
        try reload()
    }

    /// Reads what the log holds, after the start or after another process has written.
    mutating func reload() throws(StoreError) {
        log.removeAll()
        let rows = try database.prepare("SELECT session, seq, occurred_at FROM session_log ORDER BY seq")
        while try rows.step() {
            let bytes = rows.bytes(0)
            _ = log.note(
                UUIDKey(blob: bytes).map { .uuid($0) } ?? .text(bytes),
                SessionLog.State(seq: rows.integer(1), occurredAt: rows.integer(2)))
        }
        log.committed()
    }

    /// Takes note of an event just stored. A late, older one changes nothing.
    mutating func note(_ sessionID: UnsafeRawBufferPointer, seq: Int64, occurredAt: Timestamp) throws(StoreError) {
        guard log.note(CompactID(sessionID), SessionLog.State(seq: seq, occurredAt: occurredAt)) else { return }
        append.bind(1, seq)
        append.bind(2, occurredAt)
        try append.run(bindingID: 3, sessionID)
    }

    /// Called at the end of a batch, inside its transaction: merges the log once it is long.
    mutating func mergeIfLong() throws(StoreError) {
        guard log.count >= Self.mergeThreshold else { return }
        try database.run(
            """
            INSERT INTO session_heads (session, last_seq, occurred_at)
            SELECT session, max(seq), occurred_at FROM session_log WHERE true GROUP BY session ORDER BY session
            ON CONFLICT DO UPDATE SET last_seq = excluded.last_seq, occurred_at = excluded.occurred_at
            WHERE (excluded.occurred_at, excluded.last_seq) > (occurred_at, last_seq);
            DELETE FROM session_log;
            """, doing: "merge the session log")
        isMerged = true
    }

    mutating func committed() {
        if isMerged { log.removeAll() } else { log.committed() }
        isMerged = false
    }

    mutating func rolledBack() {
        log.rolledBack()
        isMerged = false
    }
}
