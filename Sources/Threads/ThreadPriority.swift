internal import Glibc

package enum ThreadPriority {
    /// Lets other threads, such as those that take in and store messages, go first where the processor is short.
    ///
    /// On Linux a nice value belongs to the thread that sets it, and 0 names the calling one.
    package static func yieldToOthers() { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5) }
}
