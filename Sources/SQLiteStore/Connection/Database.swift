internal import CSQLite
internal import Files
internal import Store

/// One connection to the store's file; used by the thread that opened it and by no other.
final class Database {
    enum Access {
        /// Makes a missing file.
        case readWriteCreate
        case readWrite
        case readOnly
    }

    /// Pages of 8 KiB hold several profiler payloads of about 2 KB each where 4 KiB hold one; see Decisions/0002.
    static let pageSize = 8192

    let handle: OpaquePointer
    let path: String
    /// How long a statement waits for a lock.
    let busyTimeoutMilliseconds: Int32

    /// Once for the process, before its first connection.
    private static let isConfigured = csqlite_disable_memory_statistics() == SQLITE_OK

    private init(handle: OpaquePointer, path: String, busyTimeoutMilliseconds: Int32) {
        self.handle = handle
        self.path = path
        self.busyTimeoutMilliseconds = busyTimeoutMilliseconds
    }

    deinit {
        if !isAbandoned { sqlite3_close_v2(handle) }
    }

    private var isAbandoned = false

    /// Its files are not what they were: a connection that is closed would write to them, or die of a shared memory file that was cut.
    func abandon() { isAbandoned = true }

    /// `gathersLog` needs `synchronous = FULL`: see ``LogBuffer``.
    static func open(
        _ path: String, _ access: Access, busyTimeoutMilliseconds: Int32 = 5000, gathersLog: Bool = false
    ) throws(StoreError) -> Database {
        // SQLite would wait for whoever writes into a FIFO, and would try again and again with a device.
        if let problem = RegularFile.problem(at: path) {
            throw StoreError(
                .cannotOpen, doing: "open the store \(path)", why: problem.reason, hint: "correct store.url")
        }
        _ = isConfigured
        var handle: OpaquePointer?
        let flags =
            switch access {
            case .readWriteCreate: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
            case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
            case .readOnly: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
            }
        let code = sqlite3_open_v2(path, &handle, flags, gathersLog ? LogBuffer.vfs : nil)
        guard code == SQLITE_OK, let handle else {
            let error = StoreError(
                code: handle.map { sqlite3_extended_errcode($0) } ?? code,
                message: handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code)),
                doing: "open the store \(path)")
            sqlite3_close_v2(handle)
            throw error
        }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, busyTimeoutMilliseconds)
        if gathersLog { LogBuffer.forgetAtRollback(of: handle) }
        let database = Database(handle: handle, path: path, busyTimeoutMilliseconds: busyTimeoutMilliseconds)
        try database.addFunctions()
        // Before the first statement, which reads the log.
        if ForeignLog.isBeside(database) { throw ForeignLog.error(path) }
        return database
    }

    /// For a connection that only appends: triggers, which are there to stop everybody else, run no more. They cost a fifth of the append path.
    ///
    /// Not in debug builds: there, and so in the tests, our own statements have to pass the guards too.
    func trustOwnAppends() {
        #if !DEBUG
        csqlite_disable_triggers(handle)
        #endif
    }

    /// Runs one or several statements that return nothing.
    func run(_ sql: String, doing: String) throws(StoreError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, doing: doing) }
    }

    func prepare(_ sql: String, doing: String = "prepare a statement") throws(StoreError) -> Statement {
        try Statement(self, sql, doing: doing)
    }

    /// A statement that writes what a message says, which a constraint may refuse.
    func prepareForMessage(_ sql: String) throws(StoreError) -> Statement {
        try Statement(self, sql, doing: "prepare a statement", holdsMessage: true)
    }

    /// The single integer a statement such as a PRAGMA answers with; nil where it answers nothing.
    func integer(_ sql: String, doing: String = "read the store") throws(StoreError) -> Int64? {
        let statement = try prepare(sql, doing: doing)
        return try statement.step(doing: doing) ? statement.integer(0) : nil
    }

    func text(_ sql: String, doing: String = "read the store") throws(StoreError) -> String? {
        let statement = try prepare(sql, doing: doing)
        return try statement.step(doing: doing) ? statement.text(0) : nil
    }

    /// Where SQLite found the file; links in `path` are resolved.
    var filePath: String { sqlite3_db_filename(handle, "main").map { String(cString: $0) } ?? path }

    /// Copies from the write-ahead log what no reader needs; waits for nobody. It is tried again after the next batch.
    func checkpoint() { sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil) }

    /// Rows the last statement inserted, updated or deleted; those of triggers do not count.
    var changes: Int32 { sqlite3_changes(handle) }
    /// The key of the last row that was inserted; those of triggers do not count.
    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// False inside a transaction; SQLite ends one by itself after a full disk or an I/O error.
    var isInAutocommit: Bool { sqlite3_get_autocommit(handle) != 0 }

    func error(_ code: Int32, doing: String) -> StoreError {
        StoreError(
            code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)), doing: doing)
    }

    /// Runs `body` in one transaction that takes the write lock at once; what it throws rolls everything back.
    func inTransaction<Result>(doing: String, _ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        try run("BEGIN IMMEDIATE", doing: doing)
        do {
            let result = try body()
            try run("COMMIT", doing: doing)
            return result
        } catch {
            if !isInAutocommit { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }
}
