internal import CSQLite
internal import Store

/// The header of the wal-index, which all processes that have the store open share: what is in the write-ahead log, and how much of it has been
/// copied to the file. The layout is part of SQLite's file format (sqlite.org/walformat.html, *The WAL-Index File Format*).
///
/// It is read where SQLite has mapped it. A descriptor of our own would be no way: closing it drops the locks that SQLite holds on the file.
struct WALIndex {
    /// What can be seen without a lock.
    struct View: Equatable {
        /// Valid frames in the log.
        var frames: UInt32
        /// Changes when the log begins anew.
        var salt: UInt64
        var copiedFrames: UInt32
        /// More than the copied ones while a checkpoint runs, or where one was cut off.
        var attemptedFrames: UInt32

        /// Nobody is writing to the store's file.
        var isSettled: Bool { attemptedFrames == copiedFrames }

        /// No checkpoint has copied anything between the two.
        func isSameCheckpoint(as other: View) -> Bool {
            salt == other.salt && copiedFrames == other.copiedFrames && attemptedFrames == other.attemptedFrames
        }
    }

    /// Bytes that SQLite maps at a time.
    static let regionSize: Int32 = 32768

    private let database: Database
    private let file: UnsafeMutablePointer<sqlite3_file>

    /// Lives as long as the connection.
    init(_ database: Database) throws(StoreError) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let code = sqlite3_file_control(database.handle, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        guard code == SQLITE_OK, let file else { throw database.error(code, doing: "open the store \(database.path)") }
        self.file = file
        self.database = database
    }

    /// Nil where it is not mapped. The caller makes sure that the file is still as long as a region is: what is behind a file's end cannot be read.
    func view() -> View? {
        var region: UnsafeMutableRawPointer?
        guard file.pointee.pMethods.pointee.xShmMap(file, 0, Self.regionSize, 0, &region) == SQLITE_OK, let region
        else { return nil }
        func word(_ offset: Int) -> UInt32 { region.load(fromByteOffset: offset, as: UInt32.self) }
        return View(
            frames: word(16), salt: UInt64(word(32)) << 32 | UInt64(word(36)), copiedFrames: word(96),
            attemptedFrames: word(128))
    }
    /// What the log's own header has in the place of ``View/salt``; nil where it cannot be read.
    func saltOfLog() -> UInt64? {
        var log: UnsafeMutablePointer<sqlite3_file>?
        var salt: (UInt32, UInt32) = (0, 0)
        guard sqlite3_file_control(database.handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK, let log,
            let methods = log.pointee.pMethods, methods.pointee.xRead(log, &salt, 8, 16) == SQLITE_OK
        else { return nil }
        return UInt64(salt.0) << 32 | UInt64(salt.1)
    }
}
