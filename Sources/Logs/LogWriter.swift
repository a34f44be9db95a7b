internal import Glibc
internal import Terminal
internal import Threads

/// Brings lines to a descriptor on a thread of its own, so that whoever logs never waits for whoever reads.
///
/// While the lines are read, each has been written when ``write(_:)`` returns: a crash loses none. Once nobody has read for a moment, nobody
/// waits any more; lines are kept up to a limit, and what does not fit is counted, and told where it is missing.
///
/// `@unchecked`: everything that changes is guarded by `lock`.
package final class LogWriter: @unchecked Sendable {
    private enum Entry {
        case line([UInt8])
        case dropped(Int)
    }

    private let descriptor: Int32
    private let capacity: Int
    private let patience: Duration
    private let notice: @Sendable (Int) -> String
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// In order, oldest first.
    private var waiting: [Entry] = []
    /// Of the lines that are not written yet, also those that the thread has in its hand.
    private var waitingBytes = 0
    private var accepted = 0
    private var written = 0
    /// Nobody reads: from a wait in vain until everything has been written.
    private var isStuck = false
    /// False where the system gives no thread: then a line is written by who logs it.
    private var hasThread = false

    /// `notice` makes the line that stands for so many dropped ones.
    package init(
        to descriptor: Int32, capacity: Int = 1 << 20, patience: Duration = .milliseconds(20),
        notice: @escaping @Sendable (Int) -> String
    ) {
        self.descriptor = descriptor
        self.capacity = capacity
        self.patience = patience
        self.notice = notice
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
        pthread_mutex_lock(lock)
        startThread()
        pthread_mutex_unlock(lock)
    }

    /// One line, without its end. Returns at once where nobody reads.
    package func write(_ line: String) {
        var bytes = Array(line.utf8)
        bytes.append(0x0A)
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        guard hasThread else { return _ = bytes.withUnsafeBytes { writeAll($0, to: descriptor) } }
        guard waitingBytes == 0 || waitingBytes + bytes.count <= capacity else { return drop() }
        accepted += 1
        waitingBytes += bytes.count
        waiting.append(.line(bytes))
        pthread_cond_broadcast(changed)
        if !isStuck, !wait(until: accepted, atMost: patience) { isStuck = true }
    }

    /// Waits until everything is written, but not for ever: for the end of the process.
    package func drain(atMost limit: Duration) {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        _ = wait(until: accepted, atMost: limit)
    }

    private func drop() {
        if case .dropped(let count)? = waiting.last {
            waiting[waiting.count - 1] = .dropped(count + 1)
        } else {
            accepted += 1
            waiting.append(.dropped(1))
        }
    }

    /// Whether so many entries were written within the time. Under the lock.
    private func wait(until number: Int, atMost limit: Duration) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let (seconds, attoseconds) = limit.components
        let nanoseconds = deadline.tv_nsec + Int(attoseconds / 1_000_000_000)
        deadline.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        while written < number {
            guard pthread_cond_timedwait(changed, lock, &deadline) == 0 else { return written >= number }
        }
        return true
    }

    /// It lives as long as the process, as the log does.
    private func startThread() {
        var thread = pthread_t()
        let writer = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<LogWriter>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, writer.toOpaque())
        guard status == 0 else { return writer.release() }
        hasThread = true
        pthread_detach(thread)
    }

    private func run() -> Never {
        while true {
            pthread_mutex_lock(lock)
            while waiting.isEmpty { pthread_cond_wait(changed, lock) }
            let entries = waiting
            waiting.removeAll(keepingCapacity: true)
            pthread_mutex_unlock(lock)
            for entry in entries { put(entry) }
        }
    }

    /// What cannot be written is lost: there is nobody to tell.
    private func put(_ entry: Entry) {
        let bytes: [UInt8]
        switch entry {
        case .line(let line): bytes = line
        case .dropped(let count): bytes = Array((notice(count) + "\n").utf8)
        }
        _ = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
        pthread_mutex_lock(lock)
        written += 1
        if case .line = entry { waitingBytes -= bytes.count }
        if written == accepted { isStuck = false }
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
    }
}
