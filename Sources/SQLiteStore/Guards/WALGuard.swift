internal import CSQLite
internal import Glibc
internal import Store

/// Bounds the write-ahead log, also with a reader that never ends.
///
/// The log can begin anew only when no reader needs what is in it. Left to itself a forgotten `BEGIN` in somebody's shell makes it grow
/// until the disk is full. Above the soft mark the guard says who that is, above the hard mark it stops the writing until the reader is gone;
/// then it empties the log, and work goes on by itself. The broker keeps the messages meanwhile.
struct WALGuard {
    struct Marks {
        var soft: UInt64 = 256 << 20
        var hard: UInt64 = 1 << 30
    }

    private let database: Database
    private let path: String
    private let marks: Marks
    private var nextLook: ContinuousClock.Instant?
    private var isHeldSaid = false

    init(_ database: Database, marks: Marks = .standard) {
        self.database = database
        path = database.filePath + "-wal"
        self.marks = marks
    }

    /// One `stat` a second while all is well.
    mutating func check(_ report: ((StoreFinding) -> Void)?) throws(StoreError) {
        let now = ContinuousClock.now
        if let nextLook, now < nextLook { return }
        let before = size()
        guard before > marks.soft, !truncate() else {
            if isHeldSaid {
                isHeldSaid = false
                report?(
                    StoreFinding(
                        isTrouble: false, message: "the write-ahead log was emptied", cause: "wal_reader", why: ""))
            }
            return nextLook = now + .seconds(1)
        }
        let why = "the write-ahead log has \(ByteCount(before)), and \(LogHolder.sentence(forStore: database.path))"
        if before > marks.hard {
            nextLook = nil
            throw StoreError(
                .heldByReader, doing: "append to the store", why: why, hint: "end that process or its transaction")
        }
        nextLook = now + .seconds(1)
        if !isHeldSaid {
            isHeldSaid = true
            report?(
                StoreFinding(
                    isTrouble: true, message: "a reader keeps the write-ahead log from being emptied",
                    cause: "wal_reader",
                    why: "\(why); writing stops at \(ByteCount(marks.hard))"))
        }
    }

    /// Never by a descriptor of our own: closing it would drop the locks that SQLite holds on the file for this process.
    private func size() -> UInt64 {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_size) : 0
    }

    /// Copies what can be copied and empties the log, where no reader and no writer is in the way; waits for neither.
    private func truncate() -> Bool {
        sqlite3_busy_timeout(database.handle, 0)
        defer { sqlite3_busy_timeout(database.handle, database.busyTimeoutMilliseconds) }
        return sqlite3_wal_checkpoint_v2(database.handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil) == SQLITE_OK
    }
}

extension WALGuard.Marks {
    static var standard: WALGuard.Marks {
        var marks = WALGuard.Marks()
        #if SEEDED_BUGS
        // The tests cannot wait for a gibibyte.
        func override(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
        marks.soft = override("ALIDADE_WAL_SOFT_BYTES") ?? marks.soft
        marks.hard = override("ALIDADE_WAL_HARD_BYTES") ?? marks.hard
        #endif
        return marks
    }
}
