internal import Threads

/// What time it is, for logins: the wall clock for what is shown and for links, the monotonic one for ages.
package struct StaffClock: Sendable {
    /// Microseconds since the epoch.
    package var wall: @Sendable () -> Int64
    /// Nanoseconds that only go forward.
    package var monotonic: @Sendable () -> UInt64

    package init(wall: @escaping @Sendable () -> Int64, monotonic: @escaping @Sendable () -> UInt64) {
        self.wall = wall
        self.monotonic = monotonic
    }

    package static let system = StaffClock(wall: wallClock, monotonic: monotonicClock)
}
