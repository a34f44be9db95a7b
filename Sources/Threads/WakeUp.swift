internal import CThreads
internal import Glibc

/// An eventfd: lets any thread end another's wait in poll(2).
package final class WakeUp: Sendable {
    /// Readable from ``signal()`` until ``reset()``.
    package let descriptor: Int32

    package init() throws(ThreadError) {
        descriptor = cthreads_wakeup_new()
        guard descriptor >= 0 else { throw ThreadError(doing: "make an event descriptor", errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    package func signal() {
        var one: UInt64 = 1
        write(descriptor, &one, 8)
    }

    package func reset() {
        var count: UInt64 = 0
        read(descriptor, &count, 8)
    }
}
