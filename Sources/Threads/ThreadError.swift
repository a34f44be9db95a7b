internal import Glibc

/// Why the system gave no thread or no descriptor; reads "could not <do what>: <why>".
package struct ThreadError: Error, Sendable, CustomStringConvertible {
    /// "start the thread x": what goes behind "could not".
    package let attempted: String
    package let reason: String

    init(doing attempted: String, _ code: Int32) {
        self.attempted = attempted
        reason = String(cString: strerror(code))
    }

    package var description: String { "could not \(attempted): \(reason)" }
}
