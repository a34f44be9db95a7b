internal import Events

/// Keeps which event holds each session's latest state, by occurred-at, then by arrival.
///
/// A new state is appended to `session_log`, whose pages a batch touches in order, and remembered in memory; when the log has grown to
/// ``mergeThreshold`` sessions it is merged into `session_heads` in key order, which touches each page once for several rows. Readers see
/// both through the view `profiler_sessions`.
struct SessionHeads {
    /// Sessions in the log at which it is merged: large enough that several rows share a page, small enough to merge in a moment.
    static let mergeThreshold = 65_536

    private struct State {
        var seq: Int64
        var occurredAt: Timestamp
    }

    private let database: Database
    private let append: Statement
    /// The log's content: each session's newest entry.
    private var logged: [String: State] = [:]
    /// What the running transaction overwrote or added, to undo it.
    private var undo: [(session: String, previous: State?)] = []
    private var isMerged = false

    init(_ database: Database) throws(StoreError) {
        self.database = database
        append = try database.prepare("INSERT INTO session_log (seq, session_id, occurred_at) VALUES (?, ?, ?)")
        try reload()
    }

    /// Reads what the log holds, after the start or after another process has written.
    mutating func reload() throws(StoreError) {
        logged.removeAll(keepingCapacity: true)
        let rows = try database.prepare("SELECT session_id, seq, occurred_at FROM session_log ORDER BY seq")
        while try rows.step() {
            logged[rows.text(0)] = State(seq: rows.integer(1), occurredAt: rows.integer(2))
        }
    }

    /// Takes note of an event just stored. A late, older one changes nothing.
    mutating func note(_ sessionID: UnsafeRawBufferPointer, seq: Int64, occurredAt: Timestamp) throws(StoreError) {
        let session = String(decoding: sessionID, as: UTF8.self)
        let known = logged[session]
        if let known, (known.occurredAt, known.seq) > (occurredAt, seq) { return }
        logged[session] = State(seq: seq, occurredAt: occurredAt)
        undo.append((session, known))
        append.bind(1, seq)
        append.bindText(2, sessionID)
        append.bind(3, occurredAt)
        try append.run(doing: "append to session_log")
    }

    /// Called at the end of a batch, inside its transaction: merges the log once it is long.
    mutating func mergeIfLong() throws(StoreError) {
        guard logged.count >= Self.mergeThreshold else { return }
        try database.run(
            """
            INSERT INTO session_heads (session_id, last_seq, occurred_at)
            SELECT session_id, max(seq), occurred_at FROM session_log WHERE true GROUP BY session_id ORDER BY session_id
            ON CONFLICT DO UPDATE SET last_seq = excluded.last_seq, occurred_at = excluded.occurred_at
            WHERE (excluded.occurred_at, excluded.last_seq) > (occurred_at, last_seq);
            DELETE FROM session_log;
            """, doing: "merge the session log")
        isMerged = true
    }

    mutating func committed() {
        if isMerged { logged.removeAll(keepingCapacity: true) }
        isMerged = false
        undo.removeAll(keepingCapacity: true)
    }

    mutating func rolledBack() {
        for (session, previous) in undo.reversed() { logged[session] = previous }
        isMerged = false
        undo.removeAll(keepingCapacity: true)
    }
}
