import Glibc
import Synchronization
import Threads

/// The limit for calls that the C library does not limit: one thread cuts every connection whose call takes too long.
///
/// Publishing, acknowledging and the sending of heartbeats wait without end where the broker has stopped reading. The only thing that
/// another thread may do to a connection is `shutdown(2)`; then the call returns with an error.
final class Watchdog: Sendable {
    static let shared = Watchdog()

    /// How late a limit may be noticed.
    private static let periodNanoseconds: UInt64 = 50_000_000

    private let sockets = Mutex<Sockets>(Sockets())

    private struct Sockets {
        var watched: [ObjectIdentifier: WatchedSocket] = [:]
        var isRunning = false
    }

    func add(_ socket: WatchedSocket) throws(AMQPError) {
        let mustStart = sockets.withLock { sockets in
            sockets.watched[ObjectIdentifier(socket)] = socket
            defer { sockets.isRunning = true }
            return !sockets.isRunning
        }
        guard mustStart else { return }
        do throws(ThreadError) {
            _ = try DedicatedThread.start(named: "amqp-watchdog", stackBytes: 256 << 10) { self.watch() }
        } catch {
            sockets.withLock { $0.isRunning = false }
            throw AMQPError(error)
        }
    }

    /// After this the socket's descriptor is not touched any more.
    func remove(_ socket: WatchedSocket) {
        sockets.withLock { $0.watched[ObjectIdentifier(socket)] = nil }
    }

    /// Ends with the last connection; the next one starts it again.
    private func watch() {
        while true {
            var pause = timespec(tv_sec: 0, tv_nsec: Int(Self.periodNanoseconds))
            nanosleep(&pause, nil)
            let now = monotonicClock()
            let isDone = sockets.withLock { sockets in
                for socket in sockets.watched.values { socket.cutIfOverdue(now) }
                sockets.isRunning = !sockets.watched.isEmpty
                return sockets.watched.isEmpty
            }
            if isDone { return }
        }
    }
}

/// One connection's socket under watch. Holds a duplicate of the descriptor: the library closes its own at times of its choosing, and the
/// number may belong to another file a moment later.
final class WatchedSocket: Sendable {
    private let duplicate: Int32
    /// 0 while no call is running.
    private let deadline = Atomic<UInt64>(0)
    private let cut = Atomic<Bool>(false)

    init?(duplicating descriptor: Int32) {
        duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        if duplicate < 0 { return nil }
    }

    deinit { if duplicate >= 0 { close(duplicate) } }

    /// True once a call has been cut for taking too long.
    var wasCut: Bool { cut.load(ordering: .acquiring) }

    @inline(__always)
    func arm(_ nanoseconds: UInt64) {
        deadline.store(monotonicClock() + nanoseconds, ordering: .releasing)
    }

    @inline(__always)
    func disarm() { deadline.store(0, ordering: .releasing) }

    fileprivate func cutIfOverdue(_ now: UInt64) {
        let limit = deadline.load(ordering: .acquiring)
        guard limit != 0, now >= limit, !wasCut else { return }
        cut.store(true, ordering: .releasing)
        shutdown(duplicate, Int32(SHUT_RDWR))
    }
}
