internal import Events
internal import Rollups
package import Store

/// Makes every derived table anew from the append-only ones, in a temporary database beside the store, and either compares the two or puts the
/// new one in the place of the old.
///
/// Derived are the identities, the sessions' folds, the large recommendation cases, and the rollups. A repair holds the store's write lock from beginning to end: a
/// daemon that is running pauses meanwhile and goes on afterwards. A verification reads one state of the store and disturbs nobody, but the
/// write-ahead log cannot be emptied until it ends.
package struct StoreRebuild: ~Copyable {
    /// Bytes of facts that are merged at once; here nobody waits for a commit.
    private static let mergeBytes = 16 << 20

    let database: Database
    private var fold: RollupFold
    private let sessionFold: SessionFold
    private let links: SessionLinks
    private let folds: SessionFoldRows
    private let entities: [any Entity]
    /// What the store has kept, for the alignments: no rebuild has the models.
    private let kept: SessionFoldRows
    private let dimensions: DimensionRows
    private let room = DeliveryBatch()
    /// The latest state of each session, by the events.
    private(set) var sessions = SessionLog()
    private let identities: Statement
    private var events: Int64 = 0

    package static func silently(_ events: Int64) throws(StoreError) {}

    /// Compares what is derived with what it should be.
    @available(*, noasync)
    package static func verify(_ location: StoreLocation, progress: RebuildProgress = silently) throws(StoreError)
        -> RebuildReport
    {
        let database = try open(location)
        try database.run("BEGIN", doing: "verify the store")
        defer { try? database.run("ROLLBACK", doing: "verify the store") }
        try RollupFormat.check(DerivedState.read(database).format, doing: "verify what is derived from the events")
        try database.copyNames()
        var rebuild = try StoreRebuild(database)
        try rebuild.makeAnew(progress)
        let log = try database.prepare("SELECT facts FROM main._rollup_pending")
        while try log.step() { rebuild.fold.takeBack(log: log.bytes(0)) }
        log.reset()
        try rebuild.fold.mergeAll()
        var comparison = StoreComparison(database)
        try comparison.compare(sessions: rebuild.sessions)
        return RebuildReport(
            events: rebuild.events, differences: comparison.sentences, differenceCount: comparison.count,
            damage: try SequenceCheck(database).sentences)
    }

    /// Replaces what is derived. `dimensions` are the names that the settings declare: what the messages say of them is read from their payloads.
    @available(*, noasync)
    package static func repair(
        _ location: StoreLocation, dimensions: [String] = [], progress: RebuildProgress = silently
    ) throws(StoreError) -> RebuildReport {
        let events = try replaceAll(location, dimensions, progress) ?? 0
        return RebuildReport(events: events, differences: [], differenceCount: 0)
    }

    /// Replaces what is derived where an older version made it. Of two processes that come at once the second one waits and finds it done; a
    /// process that dies meanwhile leaves everything as it was.
    static func bringUpToDate(_ database: Database, _ progress: RebuildProgress) throws(StoreError) {
        let format = try DerivedState.read(database).format
        guard format < RollupFormat.current else {
            return try RollupFormat.check(format, doing: "open the store \(database.path)")
        }
        try progress(0)
        _ = try replaceAll(StoreLocation(path: database.path), [], progress, ofOlderFormatOnly: true)
    }

    /// Returns the number of events; nil where there was nothing to do.
    private static func replaceAll(
        _ location: StoreLocation, _ dimensions: [String], _ progress: RebuildProgress,
        ofOlderFormatOnly: Bool = false
    ) throws(StoreError) -> Int64? {
        let database = try open(location)
        return try database.inTransaction(doing: "rebuild the store") { () throws(StoreError) in
            // Read under the write lock.
            let state = try DerivedState.read(database)
            if ofOlderFormatOnly, state.format >= RollupFormat.current { return nil }
            if !dimensions.isEmpty { try StoredDimensions.fill(dimensions, in: database, progress) }
            var rebuild = try StoreRebuild(database)
            try rebuild.makeAnew(progress)
            try rebuild.fold.mergeAll()
            try rebuild.replace(state)
            return rebuild.events
        }
    }

    private static func open(_ location: StoreLocation) throws(StoreError) -> Database {
        let database = try Database.open(location.path, .readWrite)
        guard try Migration.isUpToDate(database) else {
            throw StoreError(
                .notAStore, doing: "rebuild the store \(location.path)", why: "it is empty or of an older version",
                hint: "start the daemon once: it sets the store up and brings it up to date")
        }
        try database.run(
            """
            PRAGMA main.synchronous = FULL;
            ATTACH DATABASE '' AS rebuilt;
            PRAGMA rebuilt.page_size = \(Database.pageSize);
            PRAGMA rebuilt.journal_mode = OFF;
            PRAGMA rebuilt.cache_size = -65536;
            \(RollupSchema.tables(in: .rebuilt))
            CREATE TABLE rebuilt._event_identities (
                occurred_at INTEGER NOT NULL, event_id BLOB NOT NULL, kind INTEGER NOT NULL, place INTEGER NOT NULL, content INTEGER,
                PRIMARY KEY (occurred_at, event_id, kind)
            ) WITHOUT ROWID;
            """, doing: "make room for a rebuild")
        let find = try database.prepare("SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?")
        for table in Entities.tables {
            find.bind(1, table.name)
            guard try find.step() else {
                throw StoreError(.inconsistent, doing: "make room for a rebuild", why: "\(table.name) is missing")
            }
            let sql = find.text(0).replacing("CREATE TABLE ", with: "CREATE TABLE rebuilt.", maxReplacements: 1)
            find.reset()
            try database.run(sql, doing: "make room for a rebuild")
        }
        return database
    }

    private init(_ database: Database) throws(StoreError) {
        let dimensions = try DimensionRows(database)
        try dimensions.refresh()
        let folds = try SessionFoldRows(database, in: .rebuilt, dimensions)
        let past = try SessionFactSource(database, folds, dimensions)
        var fold = try RollupFold.open(database, in: .rebuilt, past)
        // Those that a verification has copied.
        try fold.readNames()
        let identities = try database.prepare(
            """
            INSERT OR REPLACE INTO rebuilt._event_identities (occurred_at, place, event_id, kind, content)
            VALUES (?1, ?2, ?3, ?4, (
                SELECT content FROM main._event_identities WHERE occurred_at = ?1 AND event_id = ?3 AND kind = ?4))
            """)
        let links = try SessionLinks(database, in: .rebuilt)
        let kept = try SessionFoldRows(database, in: .main, dimensions)
        let entities = try Entities.make(database, in: .rebuilt)
        self.init(database, fold, identities, SessionFold(past), links, folds, entities, kept, dimensions)
    }

    private init(
        _ database: Database, _ fold: consuming RollupFold, _ identities: Statement, _ sessionFold: SessionFold,
        _ links: SessionLinks, _ folds: SessionFoldRows, _ entities: [any Entity], _ kept: SessionFoldRows,
        _ dimensions: DimensionRows
    ) {
        self.database = database
        self.fold = fold
        self.identities = identities
        self.sessionFold = sessionFold
        self.links = links
        self.folds = folds
        self.entities = entities
        self.kept = kept
        self.dimensions = dimensions
        self.fold.mergeBytes = Self.mergeBytes
    }

    // MARK: The pass over the events

    private mutating func makeAnew(_ progress: RebuildProgress) throws(StoreError) {
        try progress(0)
        try findLatestStates()
        let warnings = try StoredWarnings(database)
        let replayed = try ReplayedEvents(database)
        var rows = try StoredRows(database)
        var bytes = ByteArena()
        try rows.forEach { row throws(StoreError) in
            try note(row, &bytes)
            let codes = try warnings.codes(of: row)
            if !replayed.contains(row) {
                fold.note(.stored, of: row.queue, at: row.receivedAt, reason: nil, warnings: codes)
            }
            try fold.mergeIfFull()
            events += 1
            if events % 4096 == 0 { try progress(events) }
        }
        try Entities.rebuild(database, &fold)
        try noteRefusals()
    }

    private mutating func note(_ row: StoredRow, _ bytes: inout ByteArena) throws(StoreError) {
        identities.bind(1, row.occurredAt)
        identities.bind(2, EventPlace(row.table, seq: row.seq).number)
        identities.bind(4, row.table.rawValue)
        try identities.run(bindingID: 3, row.eventID)
        if row.table == .profiler {
            let id = row.statement.bytes(StoredRow.firstColumn)
            if sessions.state(of: CompactID(id))?.seq == row.seq { try noteSession(newest: row.seq) }
        } else {
            bytes.removeAll()
            guard let event = try row.intelligence(&bytes) else { return }
            room.removeAll()
            let said = try dimensions.read(row.seq, into: room)
            try fold.note(event, bytes: bytes, room.dimensions[said], of: room)
        }
    }

    /// Folds the session whose newest message is `seq`.
    private mutating func noteSession(newest seq: Int64) throws(StoreError) {
        var (session, _, _) = try sessionFold.state(of: links.messages(upTo: seq))
        if let known = try kept.read(seq, into: room, { _, _, _ in nil }), !session.hasSame(known.alignment, in: room) {
            session.take(known.alignment, from: room)
            session.state.isPlain = false
        }
        if !session.state.isPlain { try folds.write(session, seq: seq) }
        try fold.note(stored: session)
        let (event, batch) = (session.state.event, session.state.batch)
        let step = SessionStep(session: session, event: event, batch: batch, previous: nil)
        for entity in entities { try entity.note(step, &fold) }
    }

    private mutating func findLatestStates() throws(StoreError) {
        let rows = try database.prepare("SELECT seq, occurred_at, session_id FROM main.profiler_events ORDER BY seq")
        while try rows.step() {
            let session = CompactID(rows.bytes(2))
            let state = SessionLog.State(seq: rows.integer(0), occurredAt: rows.integer(1))
            if let known = sessions.state(of: session) {
                if state.isOlder(than: known) {
                    try links.insert(state.seq, behind: known.seq)
                    continue
                }
                try links.append(state.seq, after: known.seq)
            }
            sessions.note(session, state)
        }
    }

    private mutating func noteRefusals() throws(StoreError) {
        let refused = try database.prepare("SELECT queue, received_at, reason FROM main.quarantine")
        while try refused.step() {
            let queue = try refused.queue(0, of: "quarantine")
            let reason: Rejection.Reason = try refused.word(2, of: "quarantine")
            fold.note(.quarantined, of: queue, at: refused.integer(1), reason: reason, warnings: [])
            try fold.mergeIfFull()
        }
        let duplicates = try database.prepare("SELECT queue, received_at FROM main._duplicate_deliveries")
        while try duplicates.step() {
            let queue = try duplicates.queue(0, of: "_duplicate_deliveries")
            fold.note(.duplicate, of: queue, at: duplicates.integer(1), reason: nil, warnings: [])
            try fold.mergeIfFull()
        }
    }

    // MARK: Putting it in place

    private func replace(_ state: DerivedState) throws(StoreError) {
        let doing = "replace the derived tables"
        for table in RollupSchema.names + Entities.tables.map(\.name) + ["_event_identities"] {
            try database.run(
                """
                DELETE FROM main.\(table);
                INSERT INTO main.\(table) SELECT * FROM rebuilt.\(table);
                """, doing: doing)
        }
        try database.run(QuarantineFaultSchema.refilling, doing: doing)
        try database.run("DELETE FROM main._session_log; DELETE FROM main._session_heads", doing: doing)
        let insert = try database.prepare(
            "INSERT INTO main._session_heads (session, last_seq, occurred_at) VALUES (?, ?, ?)")
        for entry in sessions.sorted() {
            insert.bind(2, entry.state.seq)
            insert.bind(3, entry.state.occurredAt)
            switch entry.session {
            case .uuid(let key):
                try key.withBytes { bytes throws(StoreError) in
                    insert.bindBlob(1, bytes)
                    try insert.run(doing: doing)
                }
            case .text(let text):
                insert.bind(1, text.text)
                try insert.run(doing: doing)
            }
        }
        // Every other writer sees by these that it knows nothing any more.
        try database.run(
            "DELETE FROM main._rollup_state WHERE name IN ('session_merge_last_seq', 'session_merge_done')",
            doing: doing)
        try database.setState("epoch", state.epoch + 1)
        try database.setState("merged_change", state.change + 1)
        try database.setState("session_merges", state.sessionMerges + 1)
        try database.setState("format", RollupFormat.current)
    }
}

extension StoredRow {
    var queue: IngestQueue { table == .profiler ? .profiler : .intelligence }
}
