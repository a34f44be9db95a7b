internal import Events
internal import Glibc

/// Remembers over the process's death which message it was handling.
///
/// A small file in memory (a tmpfs) is mapped; before a message is looked into, its hash is written there, which costs a store instruction
/// and no system call. A crash leaves the hash behind: the next start knows the culprit exactly, however many neighbours were prefetched with
/// it. A power cut loses it, and need not keep it. It is not on the store's file system, because a stalled disk would stall the thread that
/// writes into the mapping, and that thread owes the broker heartbeats.
package final class FlightRecorder: @unchecked Sendable {
    // @unchecked: three words, each written by one thread only, read by nobody while both run.

    /// Who writes which word.
    package enum Seat: Int, CaseIterable {
        case receive = 0
        case commit = 1
        /// A large message, from before there is memory for its body until it is durable. The receive thread writes it.
        case arrival = 2
    }

    private static let size = 4096
    private let words: UnsafeMutablePointer<UInt64>
    /// What the last process was handling when it died; empty after a stop in good order.
    package let lastWords: [UInt64]

    private let path: String?

    /// Opens or makes the file for the store at `storePath`. `purpose` tells the daemon's from that of a command beside it.
    ///
    /// Where that fails it records for itself only: a missing recorder never stops the daemon.
    package convenience init(forStore storePath: String, purpose: String) {
        let absolute = realpath(storePath, nil)
        defer { free(absolute) }
        let name = absolute.map { String(cString: $0) } ?? storePath
        let hash = Array(name.utf8).withUnsafeBytes { Fingerprint.of($0) }
        let folder = getenv("RUNTIME_DIRECTORY").map { String(cString: $0) } ?? "/dev/shm"
        let path = "\(folder)/alidade-\(purpose)-\(geteuid())-\(String(hash, radix: 16))"
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        var status = stat()
        // Somebody else's file of that name is not ours to believe, and a link to another file of ours is not to be written to.
        if descriptor >= 0,
            fstat(descriptor, &status) != 0 || status.st_uid != geteuid() || status.st_mode & S_IFMT != S_IFREG
                || status.st_nlink != 1
        {
            close(descriptor)
            self.init(descriptor: -1, path: nil)
        } else {
            self.init(descriptor: descriptor, path: descriptor >= 0 ? path : nil)
        }
    }

    /// One that leaves no trace.
    package static var unrecorded: FlightRecorder { FlightRecorder(descriptor: -1, path: nil) }

    private init(descriptor: Int32, path: String?) {
        self.path = path
        defer { if descriptor >= 0 { close(descriptor) } }
        var mapped: UnsafeMutableRawPointer? = MAP_FAILED
        var previous = [UInt64](repeating: 0, count: Seat.allCases.count)
        if descriptor >= 0 {
            let length = previous.count * MemoryLayout<UInt64>.stride
            _ = previous.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, length, 0) }
            // Written, not only extended: a hole in the file would be a SIGBUS on a full disk.
            let zeros = [UInt8](repeating: 0, count: Self.size)
            if pwrite(descriptor, zeros, Self.size, 0) == Self.size {
                mapped = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
            }
        }
        if mapped == MAP_FAILED {
            mapped = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        }
        guard let mapped, mapped != MAP_FAILED else { preconditionFailure("out of memory at start") }
        words = mapped.bindMemory(to: UInt64.self, capacity: Self.size / 8)
        lastWords = previous.filter { $0 != 0 }
    }

    deinit { munmap(words, Self.size) }

    /// After a stop in good order there is nothing to remember.
    package func remove() {
        if let path { unlink(path) }
    }

    /// Notes that `hash` is being handled; 0 for nothing.
    @inline(__always)
    package func note(_ hash: UInt64, by seat: Seat) { words[seat.rawValue] = hash }
}
