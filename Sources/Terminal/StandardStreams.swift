internal import Glibc
internal import Synchronization

/// The three streams as the program found them.
package enum StandardStreams {
    private static let wasPipeSignalIgnored = Atomic(false)

    /// To be called before anything is opened.
    ///
    /// A stream that was closed by the caller would become the store or a socket, and be printed into: it gets something that fails instead.
    package static func prepare() {
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDWR)]
        where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number is this one.
            _ = open("/dev/null", mode)
        }
        var action = sigaction()
        sigaction(SIGPIPE, nil, &action)
        let isIgnored = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
        wasPipeSignalIgnored.store(isIgnored, ordering: .relaxed)
    }

    /// Ends the process as a program ends whose reader has gone: by SIGPIPE. Returns where whoever started it had the signal ignored.
    static func endOfReader() {
        guard !wasPipeSignalIgnored.load(ordering: .relaxed) else { return }
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
    }
}

/// Writes all of the bytes, whatever the descriptor: a pipe that takes some of them, one that does not wait, a signal in between. `errno` where
/// they could not be written.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
    var written = 0
    while written < bytes.count {
        let count = write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if count >= 0 {
            written += count
        } else if errno == EAGAIN {
            var target = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&target, 1, -1)
        } else if errno != EINTR {
            return errno
        }
    }
    return nil
}
