internal import Glibc
internal import Store

/// A file that is being written and gets its name when it is complete; until then it goes with its owner.
///
/// It stands in a folder of its own beside `target`, made for it under a random name and closed to everybody else: in a folder that is
/// shared with others nobody can put a file or a link in its place, nor in that of the journal that SQLite makes beside it. The folder is locked
/// while it is in use: one of ours that nobody has locked was left by a process that was killed, and is cleared away.
final class PartialFile {
    private static let mark = ".partial-"
    private static let name = "store"
    private static let suffixes = ["", "-journal", "-wal", "-shm"]

    let path: String
    private let folder: String
    private let target: String
    private let folderDescriptor: Int32
    private let descriptor: Int32
    private var isPublished = false

    static func make(besides target: String) throws(StoreError) -> PartialFile {
        clearAwayLeftovers(of: target)
        while true {
            var template = Array((target + mark + "XXXXXX").utf8CString)
            guard mkdtemp(&template) != nil else { throw StoreError.system(doing: "write the backup \(target)") }
            let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
            if let file = try PartialFile(in: folder, target: target) { return file }
        }
    }

    /// Nil where another process took the new folder for a leftover, before it was locked.
    private init?(in folder: String, target: String) throws(StoreError) {
        self.folder = folder
        self.target = target
        path = "\(folder)/\(Self.name)"
        folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard folderDescriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw StoreError.system(doing: "write the backup \(target)")
        }
        guard flock(folderDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(folderDescriptor)
            return nil
        }
        descriptor = openat(
            folderDescriptor, Self.name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o640 as mode_t)
        guard descriptor >= 0 else {
            let isGone = errno == ENOENT
            let error = StoreError.system(doing: "write the backup \(target)")
            rmdir(folder)
            close(folderDescriptor)
            if isGone { return nil }
            throw error
        }
    }

    deinit {
        for suffix in Self.suffixes where !(isPublished && suffix.isEmpty) {
            unlinkat(folderDescriptor, Self.name + suffix, 0)
        }
        rmdir(folder)
        close(descriptor)
        close(folderDescriptor)
    }

    private static func clearAwayLeftovers(of target: String) {
        let parent = FolderPath.of(target)
        let prefix =
            String(target[(target.lastIndex(of: "/").map(target.index(after:)) ?? target.startIndex)...]) + mark
        guard let folder = opendir(parent) else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.utf8.starts(with: prefix.utf8) else { continue }
            clearAway(name, in: dirfd(folder))
        }
    }

    private static func clearAway(_ name: String, in parent: Int32) {
        let left = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard left >= 0 else { return }
        defer { close(left) }
        var status = stat()
        guard fstat(left, &status) == 0, status.st_uid == geteuid(), flock(left, LOCK_EX | LOCK_NB) == 0 else { return }
        for suffix in suffixes { unlinkat(left, Self.name + suffix, 0) }
        unlinkat(parent, name, AT_REMOVEDIR)
    }

    /// Makes it durable, gives it its name and returns its size. No connection may have it open.
    func publish(replacing: Bool) throws(StoreError) -> UInt64 {
        func fault() -> StoreError { StoreError.system(doing: "write the backup \(target)") }
        var status = stat()
        guard fsync(descriptor) == 0, fstat(descriptor, &status) == 0 else { throw fault() }
        if replacing {
            guard rename(path, target) == 0 else { throw fault() }
        } else {
            // A link is refused where a file of that name has come meanwhile; a file system without links has only the check before.
            if link(path, target) == 0 {
                unlink(path)
            } else {
                guard errno == EPERM || errno == ENOTSUP else { throw fault() }
                guard rename(path, target) == 0 else { throw fault() }
            }
        }
        isPublished = true
        try syncFolder()
        return UInt64(status.st_size)
    }

    /// Without this the name may be gone after a power cut.
    private func syncFolder() throws(StoreError) {
        let folder = open(FolderPath.of(target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw StoreError.system(doing: "write the backup \(target)") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw StoreError.system(doing: "write the backup \(target)") }
    }
}

extension StoreError {
    /// From `errno`.
    fileprivate static func system(doing: String) -> StoreError {
        let code = errno
        let kind: Kind =
            switch code {
            case ENOSPC, EDQUOT: .diskFull
            case EROFS: .readOnly
            case EIO: .inputOutput
            default: .cannotOpen
            }
        return StoreError(kind, doing: doing, why: String(cString: strerror(code)))
    }
}
