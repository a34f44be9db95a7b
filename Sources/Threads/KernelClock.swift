internal import CThreads

/// Whether somebody, such as an NTP client, keeps the kernel's clock right.
package enum KernelClock {
    /// Nil where the kernel does not say.
    package static var isSynchronised: Bool? {
        let answer = cthreads_clock_is_synchronised()
        return answer < 0 ? nil : answer == 1
    }
}
