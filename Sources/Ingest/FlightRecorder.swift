internal import Events
internal import Glibc

/// Remembers over the process's death which message it was handling.
///
/// A small file in memory (a tmpfs) is mapped; before a message is looked into, its hash is written there, which costs a store instruction
/// and no system call. A crash leaves the hash behind: the next start knows the culprit exactly, however many neighbours were prefetched with
/// it. A power cut loses it, and need not keep it. It is not on the store's file system, because a stalled disk would stall the thread that
/// writes into the mapping, and that thread owes the broker heartbeats.
package final class FlightRecorder: @unchecked Sendable {
    // @unchecked: three words, each written by one thread only, read by nobody while both run; the others only before that.

    /// Who writes which word; the numbers are places in the file.
    package enum Seat: Int, CaseIterable {
        case receive = 0
        case commit = 1
        /// A large message, from before there is memory for its body until it is durable. The receive thread writes it.
        case arrival = 2
    }

    private static let size = 4096
    private static let capacity = size / MemoryLayout<UInt64>.stride
    private let words: UnsafeMutablePointer<UInt64>
    /// What processes were handling that have died since; empty after a stop in good order. They stay in the file, behind the seats, until
    /// ``forgetLastWords()``: this process, too, may die or be stopped before the store has them.
    package let lastWords: [UInt64]

    private let path: String?
    /// Locked while the process lives; -1 where nothing is recorded.
    private let descriptor: Int32

    /// Processes of one purpose on one store that record; further ones record for themselves only.
    private static let maximumProcesses = 16

    /// Opens or makes the file for the store of this name. `purpose` tells the daemon's from that of a command beside it.
    ///
    /// Each process has a file of its own, which it locks: what a living process is handling now are nobody's last words. Where that fails it
    /// records for itself only: a missing recorder never stops the daemon.
    package convenience init(forStore storePath: String, purpose: String) {
        let absolute = realpath(storePath, nil)
        defer { free(absolute) }
        let name = absolute.map { String(cString: $0) } ?? storePath
        let hash = Array(name.utf8).withUnsafeBytes { Fingerprint.of($0) }
        let folder = getenv("RUNTIME_DIRECTORY").map { String(cString: $0) } ?? "/dev/shm"
        let base = "\(folder)/alidade-\(purpose)-\(geteuid())-\(String(hash, radix: 16))"
        var own: (descriptor: Int32, path: String)?
        var lastWords: [UInt64] = []
        for number in 1...Self.maximumProcesses {
            let path = number == 1 ? base : "\(base)-\(number)"
            guard let descriptor = Self.openLocked(path, making: own == nil) else { continue }
            lastWords += Self.words(of: descriptor)
            if own == nil {
                own = (descriptor, path)
            } else {
                unlink(path)
                close(descriptor)
            }
        }
        self.init(descriptor: own?.descriptor ?? -1, path: own?.path, lastWords: lastWords)
    }

    /// Nil where there is no such file, it is not ours, or a living process has it.
    private static func openLocked(_ path: String, making: Bool) -> Int32? {
        while true {
            let descriptor = Glibc.open(
                path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (making ? O_CREAT : 0), 0o600 as mode_t)
            guard descriptor >= 0 else { return nil }
            var status = stat()
            // Somebody else's file of that name is not ours to believe, and a link to another file of ours is not to be written to.
            guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(), status.st_mode & S_IFMT == S_IFREG,
                status.st_nlink <= 1, flock(descriptor, LOCK_EX | LOCK_NB) == 0
            else {
                close(descriptor)
                return nil
            }
            // Whoever had it may have removed it before it was locked here.
            var named = stat()
            if lstat(path, &named) == 0, named.st_ino == status.st_ino, named.st_dev == status.st_dev {
                return descriptor
            }
            close(descriptor)
        }
    }

    private static func words(of descriptor: Int32) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: capacity)
        _ = words.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, size, 0) }
        return words.filter { $0 != 0 }
    }

    /// One that leaves no trace.
    package static var unrecorded: FlightRecorder { FlightRecorder(descriptor: -1, path: nil, lastWords: []) }

    private init(descriptor: Int32, path: String?, lastWords: [UInt64]) {
        self.descriptor = descriptor
        self.path = path
        self.lastWords = lastWords
        var mapped: UnsafeMutableRawPointer? = MAP_FAILED
        if descriptor >= 0 {
            // Written, not only extended: a hole in the file would be a SIGBUS on a full disk.
            var image = [UInt64](repeating: 0, count: Self.capacity)
            for (place, word) in zip(Seat.tableSize..., lastWords) where place < image.count {
                image[place] = word
            }
            if pwrite(descriptor, image, Self.size, 0) == Self.size {
                mapped = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
            }
        }
        if mapped == MAP_FAILED {
            mapped = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        }
        guard let mapped, mapped != MAP_FAILED else { preconditionFailure("out of memory at start") }
        words = mapped.bindMemory(to: UInt64.self, capacity: Self.capacity)
    }

    deinit {
        munmap(words, Self.size)
        if descriptor >= 0 { close(descriptor) }
    }

    /// The store has the last words now.
    package func forgetLastWords() {
        for place in Seat.tableSize..<Self.capacity { words[place] = 0 }
    }

    /// After a stop in good order there is nothing to remember.
    package func remove() {
        if let path { unlink(path) }
    }

    /// Notes that `hash` is being handled; 0 for nothing.
    @inline(__always)
    package func note(_ hash: UInt64, by seat: Seat) { words[seat.rawValue] = hash }
}
