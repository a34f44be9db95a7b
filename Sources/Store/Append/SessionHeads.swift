internal import Events

/// Keeps which event holds each session's latest state, by occurred-at, then by arrival.
///
/// A new state is appended to `session_log`, whose pages a batch touches in order, and remembered in memory. When the log has grown to
/// ``mergeThreshold`` sessions they are merged into `session_heads` in key order, a slice with each of the next batches: neighbouring keys
/// share pages, and no batch has to wait for the whole. Until the last slice the log keeps its rows, and the newer of both is what
/// counts, for the readers of `profiler_sessions` as well as after a crash. Sessions are kept as ``CompactID``; their text stands in the events.
struct SessionHeads {
    /// What an event means for its session.
    enum Standing {
        /// A newer state is known; this one changes nothing.
        case late
        /// It is the latest state now; the event that was, where there was one.
        case latest(replacing: Int64?)
    }

    /// Sessions in the log at which it is merged: the more there are, the more rows share a page.
    var mergeThreshold = 131_072
    /// Sessions merged with one batch.
    var slice = 8192
    /// Rows of the log: one for each state, so several for a session that goes on. Twice as many as sessions are merged, too, because every
    /// start reads them.
    private var rows = 0

    private let database: Database
    private let append: Statement
    private let upsert: Statement
    private let find: Statement
    /// Sessions that may be in `session_heads`: most are new, and a look at a random page would cost more than all the rest.
    private var filter: SessionFilter
    private var seenMerges: Int64 = -1
    private var log = SessionLog()
    private var merge: Merge?
    /// The merge as it stood before the running transaction.
    private var mergeBefore: Merge?
    private var hasFinishedMerge = false

    /// A merge under way: what the log held when it began, in key order.
    private struct Merge {
        let sessions: [SessionLog.Entry]
        let rows: Int
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
        find = try database.prepare("SELECT last_seq, occurred_at FROM session_heads WHERE session = ?")
        filter = SessionFilter(capacity: 1 << 12)
        try reload()
    }

    /// Reads what the log holds, after the start or after another process has written. A merge under way begins anew.
    mutating func reload() throws(StoreError) {
        merge = nil
        mergeBefore = nil
        log.removeAll()
        rows = 0
        let stored = try database.prepare("SELECT session, seq, occurred_at FROM session_log ORDER BY seq")
        while try stored.step() {
            rows += 1
            let bytes = stored.bytes(0)
            let key = stored.isText(0) ? nil : UUIDKey(blob: bytes)
            let session = key.map { CompactID.uuid($0) } ?? .text(bytes)
            let state = SessionLog.State(seq: stored.integer(1), occurredAt: stored.integer(2))
            if let known = log.state(of: session), (state.occurredAt, state.seq) < (known.occurredAt, known.seq) {
                continue
            }
            log.note(session, state)
            // Nothing to undo: what would be kept for that is larger than the log itself.
            log.committed()
        }
        try readFilter()
    }

    private mutating func readFilter() throws(StoreError) {
        let merges = try database.integer("SELECT value FROM rollup_state WHERE name = 'session_merges'") ?? 0
        guard merges != seenMerges else { return }
        seenMerges = merges
        let count = try database.integer("SELECT count(*) FROM session_heads") ?? 0
        filter = SessionFilter(capacity: Int(count) * 2)
        let rows = try database.prepare("SELECT session FROM session_heads")
        while try rows.step() { filter.insert(SessionFilter.hash(rows.bytes(0))) }
    }

    /// Takes note of an event just stored.
    mutating func note(_ sessionID: UnsafeRawBufferPointer, seq: Int64, occurredAt: Timestamp) throws(StoreError)
        -> Standing
    {
        let session = CompactID(sessionID)
        let state = SessionLog.State(seq: seq, occurredAt: occurredAt)
        var known = log.state(of: session)
        if known == nil { known = try merged(session) }
        if let known, (state.occurredAt, state.seq) < (known.occurredAt, known.seq) { return .late }
        log.note(session, state)
        append.bind(1, seq)
        append.bind(2, occurredAt)
        try append.run(bindingID: 3, session)
        rows += 1
        return .latest(replacing: known?.seq)
    }

    /// The latest state that has been merged.
    private func merged(_ session: CompactID) throws(StoreError) -> SessionLog.State? {
        guard filter.mayContain(session.filterHash) else { return nil }
        defer { find.reset() }
        guard try find.step(bindingID: 1, session) else { return nil }
        return SessionLog.State(seq: find.integer(0), occurredAt: find.integer(1))
    }

    /// Called at the end of a batch, inside its transaction: goes on with a merge, or begins one once the log is long.
    mutating func mergeSlice(lastSeq: Int64) throws(StoreError) {
        mergeBefore = merge
        if merge == nil, log.count >= mergeThreshold || rows >= 2 * mergeThreshold {
            merge = Merge(sessions: log.sorted(), rows: rows, lastSeq: lastSeq)
        }
        guard var current = merge else { return }
        let end = min(current.next + slice, current.sessions.count)
        for entry in current.sessions[current.next..<end] {
            filter.insert(entry.session.filterHash)
            upsert.bind(1, entry.state.seq)
            upsert.bind(2, entry.state.occurredAt)
            switch entry.session {
            case .uuid(let key):
                try key.withBytes { bytes throws(StoreError) in
                    upsert.bindBlob(3, bytes)
                    try upsert.run(doing: "merge the session log")
                }
            case .text(let text):
                upsert.bind(3, text.text)
                try upsert.run(doing: "merge the session log")
            }
        }
        current.next = end
        merge = current
        if end == current.sessions.count {
            try database.run(
                """
                DELETE FROM session_log WHERE seq <= \(current.lastSeq);
                INSERT INTO rollup_state (name, value) VALUES ('session_merges', 1) ON CONFLICT DO UPDATE SET value = value + 1;
                """, doing: "empty the session log")
            hasFinishedMerge = true
        }
    }

    mutating func committed() throws(StoreError) {
        log.committed()
        if hasFinishedMerge {
            seenMerges += 1
            hasFinishedMerge = false
            if filter.isFull {
                seenMerges = -1
                try readFilter()
            }
        }
        if let merge, merge.next == merge.sessions.count {
            log.forget(upTo: merge.lastSeq)
            rows -= merge.rows
            self.merge = nil
        }
        mergeBefore = nil
    }

    mutating func rolledBack() {
        log.rolledBack()
        hasFinishedMerge = false
        merge = mergeBefore
        mergeBefore = nil
    }
}
