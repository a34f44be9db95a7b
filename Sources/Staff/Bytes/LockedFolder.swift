internal import Glibc

/// Why something cannot be done with a file.
struct SystemProblem: Error {
    let number: Int32
    init(_ number: Int32 = errno) { self.number = number }
    var reason: String { String(cString: strerror(number)) }
}

/// A folder with a file in it that one process at a time may change.
///
/// The lock is the folder's own (`flock`), as the file is replaced by another one.
struct LockedFolder: ~Copyable {
    private let folder: Int32
    private let name: String

    /// Waits until no other process has it.
    init(containing path: String) throws(SystemProblem) {
        let parts = Self.split(Self.resolved(path))
        let folder = try Self.opened(parts.folder)
        self.folder = folder
        name = parts.name
    }

    private static func opened(_ path: String) throws(SystemProblem) -> Int32 {
        guard !path.utf8.contains(0) else { throw SystemProblem(EINVAL) }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SystemProblem() }
        do throws(SystemProblem) { try lock(folder) } catch {
            close(folder)
            throw error
        }
        return folder
    }

    static func lock(_ file: Int32) throws(SystemProblem) {
        while flock(file, LOCK_EX) != 0 { guard errno == EINTR else { throw SystemProblem() } }
    }

    deinit { close(folder) }

    /// Puts a file with `bytes` in the place of the one that is there, or where none is: all of it or nothing, whenever the power fails.
    ///
    /// It keeps its owner, and it is never readable by more than `mode` allows.
    func replace(with bytes: [UInt8], mode: mode_t, group: gid_t?) throws(SystemProblem) {
        var before = stat()
        let isThere = fstatat(folder, name, &before, 0) == 0
        if !isThere, errno != ENOENT { throw SystemProblem() }
        let draft = ".\(name).\(getpid())"
        unlinkat(folder, draft, 0)
        let file = openat(folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
        guard file >= 0 else { throw SystemProblem() }
        do throws(SystemProblem) {
            defer { close(file) }
            try Self.write(bytes, to: file)
            if isThere {
                var made = stat()
                guard fstat(file, &made) == 0 else { throw SystemProblem() }
                if made.st_uid != before.st_uid || made.st_gid != before.st_gid {
                    guard fchown(file, before.st_uid, before.st_gid) == 0 else { throw SystemProblem() }
                }
            } else if let group {
                guard fchown(file, uid_t.max, group) == 0 else { throw SystemProblem() }
            }
            guard fchmod(file, isThere ? before.st_mode & mode : mode) == 0, fsync(file) == 0 else {
                throw SystemProblem()
            }
            guard renameat(folder, draft, folder, name) == 0 else { throw SystemProblem() }
        } catch {
            unlinkat(folder, draft, 0)
            throw error
        }
        guard fsync(folder) == 0 else { throw SystemProblem() }
    }

    static func write(_ bytes: [UInt8], to file: Int32) throws(SystemProblem) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + done, bytes.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemProblem() }
            done += count
        }
    }

    /// What a symbolic link leads to, so that the file behind it is replaced and not the link.
    private static func resolved(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }

    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = String(path[..<slash])
        return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
    }
}
