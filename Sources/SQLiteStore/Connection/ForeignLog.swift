internal import CSQLite
internal import Glibc
internal import Store

/// A write-ahead log that lies beside a file it does not belong to: a backup was copied over a store, and the store's log stayed behind.
///
/// SQLite reads whatever log it finds into the file, and the pages of two states make neither. A backup is not in the log's mode, and a file
/// leaves that mode only after its log was deleted; so a file that is not in it has no log of its own.
enum ForeignLog {
    /// Where in the file's header the modes for writing and reading are: 2 is the write-ahead log (sqlite.org/fileformat2.html).
    private static let place: Int64 = 18

    static func isBeside(_ database: Database) -> Bool {
        // The log first: another process that puts the file into the log's mode writes so before it makes the log. And the log once more:
        // another process may have deleted it to leave the mode.
        hasLog(database) && isInAnotherMode(database) && hasLog(database)
    }

    static func error(_ path: String) -> StoreError {
        StoreError(
            .corrupt, doing: "open the store \(path)",
            why:
                "the log beside it, \(path)-wal, is not its own: a backup was copied to the place of another state of the store",
            hint:
                "stop every program that has it open, move \(path)-wal and \(path)-shm away, then run alidade store check"
        )
    }

    private static func hasLog(_ database: Database) -> Bool {
        var status = stat()
        return stat(database.filePath + "-wal", &status) == 0 && status.st_size > 0
    }

    /// Read as SQLite does: a descriptor of our own would drop the locks of this process's connections when it is closed.
    private static func isInAnotherMode(_ database: Database) -> Bool {
        var file: UnsafeMutablePointer<sqlite3_file>?
        var modes: (UInt8, UInt8) = (0, 0)
        guard sqlite3_file_control(database.handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK, let file,
            let methods = file.pointee.pMethods, methods.pointee.xRead(file, &modes, 2, place) == SQLITE_OK
        else { return false }
        return modes == (1, 1)
    }
}
