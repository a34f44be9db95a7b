import Staff
import Synchronization

/// A clock that a test moves.
final class TestClock: Sendable {
    private let seconds = Mutex((wall: Int64(1_800_000_000), monotonic: Int64(1000)))

    var clock: StaffClock {
        StaffClock(
            wall: { self.seconds.withLock { $0.wall } * 1_000_000 },
            monotonic: { UInt64(self.seconds.withLock { $0.monotonic }) * 1_000_000_000 })
    }

    func pass(_ count: Int64) {
        seconds.withLock { $0 = ($0.wall + count, $0.monotonic + count) }
    }

    /// Somebody sets the wall clock.
    func setWall(by count: Int64) { seconds.withLock { $0.wall += count } }

    /// The machine sleeps: only the wall clock goes on.
    func sleep(_ count: Int64) { setWall(by: count) }
}
