internal import Glibc

/// A file beside `target` that is being written and gets its name when it is complete; until then it goes with its owner.
///
/// It is locked while it is written: one that nobody has locked was left by a process that was killed, and is taken over.
final class PartialFile {
    let path: String
    private let target: String
    private let descriptor: Int32
    private var isPublished = false

    static func make(besides target: String) throws(StoreError) -> PartialFile {
        let path = target + ".partial"
        let doing = "write the backup \(target)"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StoreError.system(doing: doing) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StoreError(.cannotOpen, doing: doing, why: "another backup to that file is being written")
        }
        // From here on it is ours, and goes with this object.
        let file = PartialFile(path: path, target: target, descriptor: descriptor)
        guard ftruncate(descriptor, 0) == 0, fchmod(descriptor, 0o600) == 0 else {
            throw StoreError.system(doing: doing)
        }
        return file
    }

    private init(path: String, target: String, descriptor: Int32) {
        self.path = path
        self.target = target
        self.descriptor = descriptor
    }

    deinit { discard() }

    private func discard() {
        if !isPublished {
            for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
        }
        close(descriptor)
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
        let folder = open(FileIdentity.folder(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
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
