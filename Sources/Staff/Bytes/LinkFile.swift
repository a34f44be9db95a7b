internal import Glibc

/// A small file that several processes write, one at a time: it is locked as long as this lives.
struct LinkFile: ~Copyable {
    private let file: Int32

    /// Waits until no other process has it. What root makes belongs to the folder's owner, who is the daemon.
    init(_ path: String, create: Bool) throws(SystemProblem) {
        file = try Self.opened(path, create: create)
    }

    private static func opened(_ path: String, create: Bool) throws(SystemProblem) -> Int32 {
        guard !path.utf8.contains(0) else { throw SystemProblem(EINVAL) }
        var folder = stat()
        guard stat(LockedFolder.split(path).folder, &folder) == 0 else { throw SystemProblem() }
        let flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let file = open(path, create ? flags | O_CREAT : flags, mode_t(0o600))
        guard file >= 0 else { throw SystemProblem() }
        do throws(SystemProblem) {
            try LockedFolder.lock(file)
            var found = stat()
            guard fstat(file, &found) == 0 else { throw SystemProblem() }
            // Whoever may write to the folder must not lead root to another file.
            guard found.st_mode & S_IFMT == S_IFREG, found.st_nlink == 1 else { throw SystemProblem(EPERM) }
            if geteuid() == 0, found.st_size == 0, found.st_uid != folder.st_uid {
                guard fchown(file, folder.st_uid, folder.st_gid) == 0 else { throw SystemProblem() }
            }
            return file
        } catch {
            close(file)
            throw error
        }
    }

    deinit { close(file) }

    func contents(atMost limit: Int) throws(SystemProblem) -> [UInt8] {
        guard lseek(file, 0, SEEK_SET) == 0 else { throw SystemProblem() }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemProblem() }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= limit else { throw SystemProblem(EFBIG) }
        }
    }

    /// A line that is on the disk when this returns.
    func append(_ text: String) throws(SystemProblem) {
        guard lseek(file, 0, SEEK_END) >= 0 else { throw SystemProblem() }
        try LockedFolder.write(Array(text.utf8), to: file)
        guard fsync(file) == 0 else { throw SystemProblem() }
    }

    func rewrite(_ text: String) throws(SystemProblem) {
        guard ftruncate(file, 0) == 0, lseek(file, 0, SEEK_SET) == 0 else { throw SystemProblem() }
        try LockedFolder.write(Array(text.utf8), to: file)
        guard fsync(file) == 0 else { throw SystemProblem() }
    }
}

extension SystemProblem {
    var isAbsent: Bool { number == ENOENT || number == ENOTDIR }
}
