internal import Glibc

/// Waits until `descriptor` is readable or the time is over; -1 for the time alone.
package func pollOnly(milliseconds: Int32, _ descriptor: Int32 = -1) {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&entry, 1, milliseconds)
}
