internal import Events
internal import Store

/// Keeps which event holds each session's latest state, by occurred-at, then by arrival.
///
/// A new state is appended to `_session_log`, whose pages a batch touches in order, and remembered in memory. When the log has grown to
/// ``mergeThreshold`` sessions they are merged into `_session_heads` in key order, a slice with each of the next batches: neighbouring keys
/// share pages, and no batch has to wait for the whole. Until the last slice the log keeps its rows, and the newer of both is what
/// counts, for the readers of `profiler_sessions` as well as after a crash. Sessions are kept as ``CompactID``; their text stands in the events.
struct SessionHeads {
    /// What an event means for its session.
    enum Standing {
        /// A newer state is known, which that event holds; this one changes nothing.
        case late(behind: Int64)
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
    private let readLog: Statement
    /// Sessions that may be in `_session_heads`: most are new, and a look at a random page would cost more than all the rest.
    private var filter: SessionFilter
    private var seenMerges: Int64 = -1
    private var log = SessionLog()
    private var merge: Merge?

    /// A merge under way: what the log held when it began, in key order. It follows from the log's rows and what ``DerivedState`` notes of
    /// it, so that any process can go on with it.
    private struct Merge {
        let sessions: [SessionLog.Entry]
        let rows: Int
        var next = 0
        /// The log's last row that is part of it.
        let lastSeq: Int64

        var isFinished: Bool { next == sessions.count }
    }

    /// Knows nothing until ``readAll(_:)``.
    init(_ database: Database) throws(StoreError) {
        self.database = database
        append = try database.prepare("INSERT INTO _session_log (seq, occurred_at, session) VALUES (?, ?, ?)")
        upsert = try database.prepare(
            """
            INSERT INTO _session_heads (last_seq, occurred_at, session) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET last_seq = excluded.last_seq, occurred_at = excluded.occurred_at
            WHERE (excluded.occurred_at, excluded.last_seq) > (occurred_at, last_seq)
            """)
        find = try database.prepare("SELECT last_seq, occurred_at FROM _session_heads WHERE session = ?")
        readLog = try database.prepare("SELECT session, seq, occurred_at FROM _session_log WHERE seq >= ? ORDER BY seq")
        filter = SessionFilter(capacity: 1 << 12)
    }

    // MARK: What is remembered

    /// Reads everything, inside a transaction.
    mutating func readAll(_ state: DerivedState) throws(StoreError) {
        merge = nil
        log.removeAll()
        rows = 0
        if state.sessionMerges != seenMerges {
            try readFilter()
            seenMerges = state.sessionMerges
        }
        try readRows(from: .min, state.sessionMerge)
    }

    /// Reads what other processes have written since this one knew everything that came before `seq`.
    mutating func readOn(from seq: Int64, _ state: DerivedState) throws(StoreError) {
        // The rows that were merged are gone.
        guard state.sessionMerges == seenMerges else { return try readAll(state) }
        try readRows(from: seq, state.sessionMerge)
    }

    private mutating func readRows(from first: Int64, _ noted: DerivedState.SessionMerge?) throws(StoreError) {
        if noted == nil || noted?.lastSeq != merge?.lastSeq { merge = nil }
        readLog.bind(1, first)
        defer { readLog.reset() }
        while try readLog.step() {
            let state = SessionLog.State(seq: readLog.integer(1), occurredAt: readLog.integer(2))
            if let noted, merge == nil, state.seq > noted.lastSeq { beginMerge(lastSeq: noted.lastSeq) }
            rows += 1
            let bytes = readLog.bytes(0)
            let key = readLog.isText(0) ? nil : UUIDKey(blob: bytes)
            log.noteStored(key.map { CompactID.uuid($0) } ?? .text(bytes), state)
        }
        guard let noted else { return }
        if merge == nil { beginMerge(lastSeq: noted.lastSeq) }
        goOn(to: Int(noted.done))
    }

    private mutating func beginMerge(lastSeq: Int64) {
        merge = Merge(sessions: log.sorted(), rows: rows, lastSeq: lastSeq)
    }

    /// Takes note of how far another process has come with the merge: what it moved is in `_session_heads`.
    private mutating func goOn(to done: Int) {
        guard var current = merge else { return }
        let end = min(max(done, current.next), current.sessions.count)
        for entry in current.sessions[current.next..<end] { filter.insert(entry.session.filterHash) }
        current.next = end
        merge = current
    }

    private mutating func readFilter() throws(StoreError) {
        let count = try database.integer("SELECT count(*) FROM _session_heads") ?? 0
        filter = SessionFilter(capacity: Int(count) * 2)
        let rows = try database.prepare("SELECT session FROM _session_heads")
        while try rows.step() { filter.insert(SessionFilter.hash(rows.bytes(0))) }
    }

    // MARK: A batch

    /// What an event that is to be stored will mean for its session.
    func standing(_ sessionID: UnsafeRawBufferPointer, seq: Int64, occurredAt: Timestamp) throws(StoreError) -> Standing
    {
        let session = CompactID(sessionID)
        var known = log.state(of: session)
        if known == nil { known = try merged(session) }
        guard let known else { return .latest(replacing: nil) }
        let state = SessionLog.State(seq: seq, occurredAt: occurredAt)
        return state.isOlder(than: known) ? .late(behind: known.seq) : .latest(replacing: known.seq)
    }

    /// Takes note of an event just stored.
    mutating func note(
        _ sessionID: UnsafeRawBufferPointer, seq: Int64, occurredAt: Timestamp, _ standing: Standing
    ) throws(StoreError) {
        guard case .latest = standing else { return }
        let session = CompactID(sessionID)
        log.note(session, SessionLog.State(seq: seq, occurredAt: occurredAt))
        append.bind(1, seq)
        append.bind(2, occurredAt)
        try append.run(bindingID: 3, session)
        rows += 1
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
        if merge == nil {
            guard log.count >= mergeThreshold || rows >= 2 * mergeThreshold else { return }
            if filter.isFull { try readFilter() }
            beginMerge(lastSeq: lastSeq)
            try database.setState("session_merge_last_seq", lastSeq)
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
        if current.isFinished {
            try database.run(
                """
                DELETE FROM _session_log WHERE seq <= \(current.lastSeq);
                DELETE FROM _rollup_state WHERE name IN ('session_merge_last_seq', 'session_merge_done');
                """, doing: "empty the session log")
            try database.setState("session_merges", seenMerges + 1)
        } else {
            try database.setState("session_merge_done", Int64(current.next))
        }
    }

    /// Called when the transaction is durable. After one that failed, everything is read again.
    mutating func committed() {
        guard let merge, merge.isFinished else { return }
        seenMerges += 1
        log.forget(upTo: merge.lastSeq)
        rows -= merge.rows
        self.merge = nil
    }
}
