internal import Glibc
package import Events

/// The wall clock, in microseconds since the epoch.
package func wallClock() -> Timestamp {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Timestamp(now.tv_sec) * 1_000_000 + Timestamp(now.tv_nsec) / 1000
}
