internal import CSQLite
package import Events
internal import Glibc
package import Store

/// Writes a backup of a store that may be in use.
///
/// All pages are copied inside one reading transaction: a snapshot, whatever the daemon commits meanwhile. (Without that transaction SQLite's
/// backup begins anew with every foreign commit, and never ends beside a busy writer.) The writer does not wait; the write-ahead log cannot be
/// emptied while the copying goes on, so it grows by what is written in that time.
package struct SQLiteBackup: StoreBackup {
    /// Pages copied between two calls of `progress`: 16 MiB.
    private static let step: Int32 = 2048

    private let source: Database
    private let sourcePath: String
    private let targetPath: String
    private let replaces: Bool

    /// Looks at everything that can be wrong before a byte is written. With `replaces` an existing file at `target` gives way at the very end.
    @available(*, noasync)
    package init(of store: StoreLocation, to target: String, replacing replaces: Bool) throws(StoreError) {
        source = try Database.open(store.path, .readOnly)
        sourcePath = store.path
        targetPath = target
        self.replaces = replaces
        if try !Migration.isUpToDate(source), try source.integer("PRAGMA application_id") == 0 {
            throw StoreError(.notAStore, doing: "back up the store \(store.path)", why: "it is empty")
        }
        try checkTarget()
    }

    /// Copies, verifies what was written, and gives it its name only then; after an error nothing is left of it.
    ///
    /// `now` is noted in the store as the time of its last backup. `progress` is called between the parts of the work; what it throws ends the work.
    @available(*, noasync)
    package func write(now: Timestamp, _ progress: (BackupProgress) throws -> Void) throws -> BackupReport {
        let partial = try PartialFile.make(besides: targetPath)
        let contents = try copy(to: partial.path, progress)
        try progress(.verifying)
        try BackupVerification(path: partial.path).check(against: contents)
        let bytes = try partial.publish(replacing: replaces)
        return BackupReport(
            bytes: bytes, schemaVersion: contents.schemaVersion, rows: contents.rows, balance: contents.balance,
            unnoted: noteInStore(at: now))
    }

    /// For the gauge of the last backup. A member of the group that may only read the store can make a backup of it too.
    private func noteInStore(at time: Timestamp) -> StoreError? {
        do throws(StoreError) {
            guard try Migration.isUpToDate(source) else { return nil }
            let store = try Database.open(sourcePath, .readWrite)
            try store.run("PRAGMA synchronous = FULL", doing: doing)
            try store.noteBackup(at: time)
            return nil
        } catch { return error }
    }

    private var doing: String { "write the backup \(targetPath)" }

    private func checkTarget() throws(StoreError) {
        func refuse(_ why: String, hint: String? = nil) -> StoreError {
            StoreError(.cannotOpen, doing: doing, why: why, hint: hint)
        }
        let folder = FolderPath.of(targetPath)
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw refuse("there is no folder \(folder)", hint: "make it first")
        }
        guard lstat(targetPath, &status) == 0 else { return }
        for suffix in ["", "-wal", "-shm"] {
            var own = stat()
            if stat(sourcePath + suffix, &own) == 0, own.st_dev == status.st_dev, own.st_ino == status.st_ino {
                throw refuse("that is the store itself", hint: "name another file")
            }
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw refuse("it is there and is not a plain file") }
        guard replaces else { throw refuse("the file exists", hint: "--force replaces it") }
    }

    private func checkRoom(for bytes: UInt64) throws(StoreError) {
        let folder = FolderPath.of(targetPath)
        guard let space = DiskGuard.Space(ofFileSystemAt: folder), space.free < bytes else { return }
        throw StoreError(
            .diskFull, doing: doing,
            why: "it needs \(ByteCount(bytes)) and \(folder) has \(ByteCount(space.free)) free",
            hint: "free space there, or write it to another file system")
    }

    /// Copies the snapshot and returns what it contains.
    private func copy(to path: String, _ progress: (BackupProgress) throws -> Void) throws -> StoreContents {
        // The first read fixes the snapshot; held to the end, so that no foreign commit makes the copying begin anew.
        try source.run("BEGIN; SELECT count(*) FROM sqlite_schema", doing: doing)
        defer { try? source.run("ROLLBACK", doing: doing) }
        let pageSize = UInt64(try source.integer("PRAGMA page_size") ?? 0)
        try checkRoom(for: UInt64(try source.integer("PRAGMA page_count") ?? 0) * pageSize)

        let target = try Database.open(path, .readWrite)
        // Nothing in it counts before it is verified, synced and renamed.
        try target.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", doing: doing)
        guard let backup = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
            throw target.error(SQLITE_ERROR, doing: doing)
        }
        var code = SQLITE_OK
        do {
            while code == SQLITE_OK {
                code = sqlite3_backup_step(backup, Self.step)
                let total = UInt64(sqlite3_backup_pagecount(backup))
                try progress(
                    .copying(done: (total - UInt64(sqlite3_backup_remaining(backup))) * pageSize, of: total * pageSize))
            }
        } catch {
            sqlite3_backup_finish(backup)
            throw error
        }
        let end = sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, end == SQLITE_OK else { throw fault(target, code == SQLITE_DONE ? end : code) }
        return try StoreContents(of: source)
    }

    private func fault(_ target: Database, _ code: Int32) -> StoreError {
        var error = target.error(code, doing: doing)
        if error.kind == .diskFull { error.hint = "free space on the file system of the backup" }
        return error
    }
}
