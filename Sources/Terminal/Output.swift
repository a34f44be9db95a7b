internal import Glibc
internal import Synchronization

/// Standard output: the only way to print. What cannot be written ends the process with exit code 1 and one line that says why.
package enum Output {
    private struct State {
        var waiting: [UInt8] = []
        var hasWritten = false
        let isTerminal = isatty(STDOUT_FILENO) == 1
    }

    private static let capacity = 1 << 16
    private static let state = Mutex(State())

    package static func print(_ text: OutputText = "", terminator: OutputText = "\n") {
        append(text.description + terminator.description)
    }

    /// JSON text with the line's end.
    package static func print(json: String) { print(OutputText(json: json)) }

    /// Bytes of a stranger, for another program: as they are, except on a terminal.
    package static func print(exactly bytes: [UInt8]) {
        guard !state.withLock({ $0.isTerminal }) else { return print(OutputText(indenting: bytes, by: "")) }
        state.withLock { state in
            state.waiting += bytes
            state.waiting.append(0x0A)
            flushWhereFull(&state)
        }
    }

    /// Whether anything was printed so far.
    package static var isUsed: Bool { state.withLock { $0.hasWritten || !$0.waiting.isEmpty } }

    /// Shows what was printed so far, also in a pipe.
    package static func flush() { state.withLock { flush(&$0) } }

    /// The end: some file systems tell only now that the disk is full.
    package static func finish() {
        state.withLock { state in
            flush(&state)
            if state.hasWritten, close(STDOUT_FILENO) != 0, errno != EINTR { fail(errno) }
        }
    }

    private static func append(_ text: String) {
        state.withLock { state in
            state.waiting += text.utf8
            // A terminal is read line by line, and so are the lines of standard error between them.
            if state.isTerminal { flush(&state) } else { flushWhereFull(&state) }
        }
    }

    private static func flushWhereFull(_ state: inout State) {
        if state.waiting.count >= capacity { flush(&state) }
    }

    private static func flush(_ state: inout State) {
        guard !state.waiting.isEmpty else { return }
        state.hasWritten = true
        let failure = state.waiting.withUnsafeBytes { writeAll($0, to: STDOUT_FILENO) }
        state.waiting.removeAll(keepingCapacity: true)
        if let failure { fail(failure) }
    }

    private static func fail(_ number: Int32) -> Never {
        if number == EPIPE { StandardStreams.endOfReader() }
        StandardError.write("alidade: could not write the output: \(String(cString: strerror(number)))")
        _exit(1)
    }
}
