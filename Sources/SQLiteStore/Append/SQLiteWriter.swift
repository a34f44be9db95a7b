package import Events
internal import Glibc
package import Store

/// A writer of a store in a file: appends batches, each in one transaction that is on the disk when `append` returns.
///
/// Belongs to the thread that opened it. After an error that a retry may cure, `append` is simply called again with the same batch: the
/// failed transaction left nothing behind. After ``StoreError/Kind/inputOutput`` the writer must be closed and opened anew first, because
/// pages whose fsync failed may be marked clean (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020).
package final class SQLiteWriter: EventWriter {
    static let cacheKibibytes = 20_480
    /// After how many pages in the log a batch is followed by a checkpoint: after the files were looked at, as it writes to the store's own.
    static let checkpointPages = 5000

    package let location: StoreLocation
    /// Whose alignments the batches carry.
    package private(set) var models: StoreModels
    /// Told the fingerprint of each message before it is written, and 0 after the last.
    package var willWrite: ((UInt64) -> Void)?
    /// Told of what an operator should know.
    package var onFinding: ((StoreFinding) -> Void)?
    let database: Database
    private var files: StoreFiles
    private var guards: StoreGuards
    let identities: IdentityIndex
    let profilers: ProfilerAppender
    let intelligence: IntelligenceAppender
    let entities: [any Entity]
    var alignments: AlignmentAppender?
    var shadowAlignments: AlignmentAppender?
    let warnings: WarningAppender
    let quarantine: QuarantineAppender
    private let suspects: SuspectList
    var minutes: MinuteTally
    var sessions: SessionHeads
    let users: SessionUsers
    let links: SessionLinks
    let folds: SessionFoldRows
    let dimensions: DimensionRows
    let fold: SessionFold
    var rollups: RollupFold
    let duplicates: DuplicateAppender
    /// Of the delivery being written.
    var warningCodes: [Warning.Code] = []
    var nextSeq: Int64
    var result = BatchResult()
    let begin: Statement
    let commit: Statement
    let dataVersion: Statement
    private let noteStoredUntil: Statement
    /// What is in memory, and SQLite's `data_version` when it was read; nil where everything must be read again.
    var known: (state: DerivedState, dataVersion: Int64)?
    /// Inside `trial`, whose transaction is everybody's.
    var isTrial = false

    /// Opens the store, makes it if it is missing, and brings its schema and its derived tables up to date; `progress` is told of the
    /// latter, which may take minutes.
    @available(*, noasync)
    package static func open(
        _ location: StoreLocation, models: StoreModels = StoreModels(),
        progress: RebuildProgress = StoreRebuild.silently
    ) throws(StoreError) -> SQLiteWriter {
        try SQLiteWriter(location, .readWriteCreate, models, progress)
    }

    /// Opens a store that was open before: where it is gone, an empty one must not take its place.
    @available(*, noasync)
    package static func reopen(
        _ location: StoreLocation, models: StoreModels = StoreModels(),
        progress: RebuildProgress = StoreRebuild.silently
    ) throws(StoreError) -> SQLiteWriter {
        do { return try SQLiteWriter(location, .readWrite, models, progress) } catch {
            // The file is there and cannot be opened: the disk's trouble goes on.
            guard error.kind == .cannotOpen, access(location.path, F_OK) == 0 || errno != ENOENT else { throw error }
            throw StoreError(.inputOutput, doing: error.doing, why: error.why, hint: error.hint)
        }
    }

    private init(
        _ location: StoreLocation, _ access: Database.Access, _ models: StoreModels, _ progress: RebuildProgress
    ) throws(StoreError) {
        self.location = location
        self.models = models
        database = try Database.open(location.path, access, gathersLog: Self.synchronizes)
        // Asked before anything is written: another program's file is left as it is.
        _ = try Migration.isUpToDate(database)
        try Self.configure(database)
        try Migration.bringUpToDate(database, progress)
        try StoreRebuild.bringUpToDate(database, progress)
        database.trustOwnAppends()
        files = try StoreFiles(database)
        guards = StoreGuards(database)
        identities = try IdentityIndex(database)
        profilers = try ProfilerAppender(database)
        intelligence = try IntelligenceAppender(database)
        entities = try Entities.make(database, in: .main)
        alignments = try AlignmentAppender.make(database, models.primary, isShadow: false)
        shadowAlignments = try AlignmentAppender.make(database, models.shadow, isShadow: true)
        warnings = try WarningAppender(database)
        quarantine = try QuarantineAppender(database)
        suspects = try SuspectList(database)
        minutes = try MinuteTally(database)
        sessions = try SessionHeads(database)
        users = try SessionUsers(database)
        links = try SessionLinks(database, in: .main)
        dimensions = try DimensionRows(database)
        folds = try SessionFoldRows(database, in: .main, dimensions)
        let past = try SessionFactSource(database, folds, dimensions)
        fold = SessionFold(past)
        rollups = try RollupFold.open(database, past)
        duplicates = try DuplicateAppender(database)
        nextSeq = 0
        dataVersion = try database.prepare("PRAGMA data_version")
        noteStoredUntil = try database.prepare(
            """
            INSERT INTO main._rollup_state (name, value) VALUES ('stored_until', ?)
            ON CONFLICT DO UPDATE SET value = max(value, excluded.value)
            """)
        begin = try database.prepare("BEGIN IMMEDIATE")
        commit = try database.prepare("COMMIT")
        try database.inSnapshot { _ throws(StoreError) in try catchUp() }
    }

    private static var synchronizes: Bool {
        #if SEEDED_BUGS
        // Put in on purpose by the tests: the power cut must find it.
        if getenv("ALIDADE_SEEDED_BUG").map({ String(cString: $0) }) == "synchronous-normal" { return false }
        #endif
        return true
    }

    private static func configure(_ database: Database) throws(StoreError) {
        let doing = "open the store \(database.path)"
        try database.run("PRAGMA page_size = \(Database.pageSize)", doing: doing)
        guard try database.text("PRAGMA journal_mode = WAL", doing: doing) == "wal" else {
            throw StoreError(
                .cannotOpen, doing: doing, why: "SQLite did not switch to the write-ahead log",
                hint: "the store must be on a local file system with shared memory, not on a network share")
        }
        try database.run(
            """
            PRAGMA synchronous = FULL;
            PRAGMA cache_size = -\(cacheKibibytes);
            PRAGMA wal_autocheckpoint = \(checkpointPages * 4);
            PRAGMA journal_size_limit = 67108864;
            PRAGMA temp_store = MEMORY;
            PRAGMA foreign_keys = OFF;
            PRAGMA trusted_schema = OFF;
            PRAGMA cell_size_check = ON;
            """, doing: doing)
        guard synchronizes else { return try database.run("PRAGMA synchronous = NORMAL", doing: doing) }
        guard try database.integer("PRAGMA synchronous") == 2 else {
            throw StoreError(.other, doing: doing, why: "SQLite did not accept synchronous=FULL")
        }
    }

    /// Moves what is in the write-ahead log to the file, as far as readers let it: whoever copies the file of a stopped daemon has all of it.
    @available(*, noasync)
    package func finish() {
        try? database.run(
            "PRAGMA busy_timeout = 300; PRAGMA wal_checkpoint(TRUNCATE)", doing: "empty the write-ahead log")
    }

    /// Counts one more death for each message that the last process was handling when it died, and returns all suspects with their deaths.
    @available(*, noasync)
    package func recordDeaths(_ hashes: [UInt64], now: Timestamp) throws(StoreError) -> [UInt64: Int] {
        try database.inTransaction(doing: "look for messages that killed the daemon") { () throws(StoreError) in
            try suspects.recordDeaths(hashes, now: now)
        }
    }

    /// Takes up other models, whose alignments the batches carry from now on; after an error it is as if it had not been called.
    @available(*, noasync)
    package func use(_ models: StoreModels) throws(StoreError) {
        guard models != self.models else { return }
        let primary = try AlignmentAppender.make(database, models.primary, isShadow: false)
        shadowAlignments = try AlignmentAppender.make(database, models.shadow, isShadow: true)
        alignments = primary
        self.models = models
    }

    /// Stores, counts as duplicate or quarantines every delivery of a decided batch. All of it is durable on return, or nothing happened.
    @available(*, noasync)
    package func append(_ batch: DeliveryBatch) throws(StoreError) -> BatchResult {
        precondition(batch.decisions.count == batch.deliveries.count, "a batch is decided before it is appended")
        try checkFiles()
        try guards.check(onFinding)
        let result = try appendWhole(batch)
        // What went into files that nobody will find again must not be taken for durable.
        try checkFiles()
        if let view = files.view, view.frames >= Self.checkpointPages { database.checkpoint() }
        return result
    }

    private func checkFiles() throws(StoreError) {
        do { try files.check() } catch {
            if error.kind == .replaced {
                if files.isOnlyTheLogGone { database.checkpoint() }
                database.abandon()
            }
            throw error
        }
    }

    private func appendWhole(_ batch: DeliveryBatch) throws(StoreError) -> BatchResult {
        do {
            return try appendOnce(batch, isolatingRows: false)
        } catch  where error.kind == .refused {
            // One row was refused for a reason the checks did not foresee: find it, and lose only that one.
            return try appendOnce(batch, isolatingRows: true)
        }
    }

    private func appendOnce(_ batch: DeliveryBatch, isolatingRows: Bool) throws(StoreError) -> BatchResult {
        try transaction { () throws(StoreError) in
            var cursor = BatchCursor()
            for index in batch.deliveries.indices {
                willWrite?(batch.deliveries[index].fingerprint)
                let outcome =
                    isolatingRows
                    ? try decideIsolated(index, of: batch) : try write(index, of: batch, &cursor)
                result.count(outcome)
                // The row that was written last has its number.
                if outcome == .quarantined { result.quarantineIDs.append(database.lastInsertedRow) }
                minutes.count(outcome, of: batch.deliveries[index])
                try countDelivery(index, of: batch, outcome)
            }
            willWrite?(0)
            if let known = batch.suspect ?? batch.arrival { try suspects.acquit(known) }
            try minutes.write()
            if let newest = batch.deliveries.lazy.map(\.receivedAt).max() { try note(storedUntil: newest) }
            try sessions.mergeSlice(lastSeq: nextSeq - 1)
        }
        return result
    }

    /// Everything that had arrived until then is in the store, or at the broker.
    func note(storedUntil time: Timestamp) throws(StoreError) {
        noteStoredUntil.bind(1, time)
        try noteStoredUntil.run(doing: "note the time of the batch")
    }

    /// Writes one delivery inside a savepoint; where the store refuses it, it is quarantined instead.
    private func decideIsolated(_ index: Int, of batch: DeliveryBatch) throws(StoreError) -> Outcome {
        var cursor = BatchCursor(at: index, of: batch)
        try database.run("SAVEPOINT delivery", doing: "begin a batch")
        do {
            let outcome = try write(index, of: batch, &cursor)
            try database.run("RELEASE delivery", doing: "write a batch")
            return outcome
        } catch  where error.kind == .refused {
            try database.run("ROLLBACK TO delivery; RELEASE delivery", doing: "write a batch")
            try dimensions.refresh()
            return try refuse(index, of: batch, eventID: batch.eventID(of: index), [.refusedByStore(error.why)])
        }
    }
}
