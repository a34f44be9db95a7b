internal import Glibc
internal import Store

/// The files that a store consists of, to be looked at again and again while they are in use.
///
/// SQLite goes on writing happily into a file that was deleted or replaced under it, and everything written is lost. What SQLite itself does must
/// never look like that: it makes all three files before the first statement ends and keeps them as long as a connection is open; it cuts
/// the log only after everything in it has been copied; and it writes to the store's own file in checkpoints only, which count up in the wal-index.
struct StoreFiles {
    private struct Look {
        var device: UInt
        var inode: UInt
        var size: Int64
        var modified: timespec

        func isSameFile(as other: Look) -> Bool { device == other.device && inode == other.inode }
        func isUnmodified(since other: Look) -> Bool {
            modified.tv_sec == other.modified.tv_sec && modified.tv_nsec == other.modified.tv_nsec
        }
    }

    /// As the settings have it; a link may lead from there to the files.
    private let path: String
    private let logPath: String
    private let indexPath: String
    private let index: WALIndex
    private let bytesPerFrame: Int64
    private let original: (store: Look, log: Look, index: Look)
    /// The store's file while nobody was writing to it, and what was in the wal-index then.
    private var settled: (store: Look, view: WALIndex.View)?
    /// What was in the wal-index at the last look.
    private(set) var view: WALIndex.View?

    /// Of a connection that has read or written already.
    init(_ database: Database) throws(StoreError) {
        path = database.path
        let place = database.filePath
        (logPath, indexPath) = (place + "-wal", place + "-shm")
        index = try WALIndex(database)
        bytesPerFrame = 24 + (try database.integer("PRAGMA page_size") ?? 0)
        original = (try Self.look(at: path), try Self.look(at: logPath), try Self.look(at: indexPath))
        try check()
    }

    /// Throws where one of the files is not what it was. Three calls of `stat` and a short read.
    mutating func check() throws(StoreError) {
        let store = try sameFile(path, original.store)
        guard store.size > 0 else { throw fault(path, "was truncated") }
        let log = try sameFile(logPath, original.log)
        // First of all: behind the end of the file the wal-index cannot be read.
        guard try sameFile(indexPath, original.index).size >= Int64(WALIndex.regionSize) else {
            throw fault(indexPath, "was truncated")
        }
        guard let view = index.view() else { return }
        self.view = view
        if log.size < length(of: view) { try checkLogAgain() }
        try checkForForeignWrites(store, view)
        if view.frames > 0, let salt = index.saltOfLog(), salt != view.salt { try checkSaltAgain() }
    }

    /// Nothing is wrong but that the log was deleted or exchanged: what SQLite still has of it can be saved into the store's file.
    var isOnlyTheLogGone: Bool {
        func isThere(_ path: String, _ first: Look, atLeast size: Int64) -> Bool {
            guard let now = try? Self.look(at: path) else { return false }
            return now.isSameFile(as: first) && now.size >= size
        }
        return isThere(path, original.store, atLeast: 1)
            && isThere(indexPath, original.index, atLeast: Int64(WALIndex.regionSize))
            && !isThere(logPath, original.log, atLeast: 0)
    }

    private func length(of view: WALIndex.View) -> Int64 {
        view.frames == 0 ? 0 : 32 + Int64(view.frames) * bytesPerFrame
    }

    /// Another process may have written to the log, or emptied it, between the two looks: the one at the file has to be between two that are equal.
    private func checkLogAgain() throws(StoreError) {
        for _ in 0..<100 {
            guard let before = index.view() else { return }
            let log = try sameFile(logPath, original.log)
            guard log.size < length(of: before) else { return }
            if index.view() == before { throw fault(logPath, "was truncated") }
        }
    }

    /// The log's header says of which turn of the log it is, and so does the wal-index. Another process may begin the next turn between the two looks.
    private func checkSaltAgain() throws(StoreError) {
        for _ in 0..<100 {
            guard let before = index.view(), before.frames > 0, let salt = index.saltOfLog(), salt != before.salt
            else { return }
            if index.view() == before { throw fault(logPath, "was written to by something else than SQLite") }
        }
    }

    /// Where no checkpoint has been since an earlier look, nothing may have changed in the store's file. `view` is later than `store`.
    private mutating func checkForForeignWrites(_ store: Look, _ view: WALIndex.View) throws(StoreError) {
        if let settled, settled.view.isSameCheckpoint(as: view) {
            guard store.isUnmodified(since: settled.store) else {
                throw fault(path, "was written to by something else than SQLite")
            }
            return
        }
        let now = try sameFile(path, original.store)
        guard view.isSettled, let after = index.view(), view.isSameCheckpoint(as: after) else { return settled = nil }
        settled = (now, after)
    }

    private func sameFile(_ path: String, _ first: Look) throws(StoreError) -> Look {
        let now = try Self.look(at: path)
        guard now.isSameFile(as: first) else { throw fault(path, "is another one than before") }
        return now
    }

    private static func look(at path: String) throws(StoreError) -> Look {
        var status = stat()
        while stat(path, &status) != 0 {
            let code = errno
            switch code {
            case EINTR: continue
            case ENOENT, ENOTDIR: throw fault(path, "was deleted, or its folder was moved or mounted over")
            default:
                throw StoreError(
                    code == EIO ? .inputOutput : .replaced, doing: "look at the file \(path)",
                    why: String(cString: strerror(code)))
            }
        }
        return Look(
            device: status.st_dev, inode: status.st_ino, size: Int64(status.st_size), modified: status.st_mtim)
    }

    private func fault(_ path: String, _ what: String) -> StoreError { Self.fault(path, what) }

    private static func fault(_ path: String, _ what: String) -> StoreError {
        StoreError(
            .replaced, doing: "go on with the store", why: "the file \(path) \(what) while it was in use",
            hint: "put it back, or restore a backup; never touch the files of a running daemon, stop it first")
    }
}
