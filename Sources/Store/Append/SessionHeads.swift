internal import Events

/// Keeps which event holds each session's latest state, by occurred-at, then by arrival.
///
/// A new state is appended to `session_log`, whose pages a batch touches in order, and remembered in memory. When the log has grown to
/// ``mergeThreshold`` sessions they are merged into `session_heads` in key order, a slice with each of the next batches: neighbouring keys
/// share pages, and no batch has to wait for the whole. Until the last slice the log keeps its rows, and the newer of both is what
/// counts, for the readers of `profiler_sessions` as well as after a crash. Sessions are kept as ``CompactID``; their text stands in the events.
struct SessionHeads {
    /// Sessions in the log at which it is merged: the more there are, the more rows share a page.
    static let mergeThreshold = 131_072
    /// Sessions merged with one batch.
    static let slice = 8192

    private let database: Database
    private let append: Statement
    private let upsert: Statement
    private var log = SessionLog()
    private var merge: Merge?
    /// The merge as it stood before the running transaction.
    private var mergeBefore: Merge?

    /// A merge under way: what the log held when it began, in key order.
    private struct Merge {
        let sessions: [SessionLog.Entry]
        var next = 0
        /// The log's last row that is part of it.
        let lastSeq: Int64
    }

    init(_ database: Database) throws(StoreError) {
        self.database = database
        append = try database.prepare("INSERT INTO session_log (seq, occurred_at, session) VALUES (?, ?, ?)")
        upsert = try database.prepare(
            """
            INSERT INTO session_heads (last_seq, occurred_at, session) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET last_seq = excluded.last_seq, occurred_at = excluded.occurred_at
            WHERE (excluded.occurred_at, excluded.last_seq) > (occurred_at, last_seq)
            """)
        try reload()
    }

    /// Reads what the log holds, after the start or after another process has written. A merge under way begins anew.
    mutating func reload() throws(StoreError) {
        merge = nil
        mergeBefore = nil
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

    /// Called at the end of a batch, inside its transaction: goes on with a merge, or begins one once the log is long.
    mutating func mergeSlice(lastSeq: Int64) throws(StoreError) {
        mergeBefore = merge
        if merge == nil, log.count >= Self.mergeThreshold { merge = Merge(sessions: log.sorted(), lastSeq: lastSeq) }
        guard var current = merge else { return }
        let end = min(current.next + Self.slice, current.sessions.count)
        for entry in current.sessions[current.next..<end] {
            upsert.bind(1, entry.state.seq)
            upsert.bind(2, entry.state.occurredAt)
            switch entry.session {
            case .uuid(let key):
                try key.withBytes { bytes throws(StoreError) in
                    upsert.bindBlob(3, bytes)
                    try upsert.run(doing: "merge the session log")
                }
            case .text(let text):
                upsert.bind(3, text)
                try upsert.run(doing: "merge the session log")
            }
        }
        current.next = end
        merge = current
        if end == current.sessions.count {
            try database.run("DELETE FROM session_log WHERE seq <= \(current.lastSeq)", doing: "empty the session log")
        }
    }

    mutating func committed() {
        log.committed()
        if let merge, merge.next == merge.sessions.count {
            log.forget(upTo: merge.lastSeq)
            self.merge = nil
        }
        mergeBefore = nil
    }

    mutating func rolledBack() {
        log.rolledBack()
        merge = mergeBefore
        mergeBefore = nil
    }
}
