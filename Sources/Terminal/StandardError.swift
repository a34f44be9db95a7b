internal import Glibc

/// Standard error, unbuffered.
package enum StandardError {
    package static let descriptor = STDERR_FILENO

    /// There is nobody to tell where it cannot be written.
    package static func write(_ line: OutputText, terminator: OutputText = "\n") {
        var text = line.description + terminator.description
        text.withUTF8 { _ = writeAll(UnsafeRawBufferPointer($0), to: STDERR_FILENO) }
    }
}
