internal import Glibc

/// The unread part of a file in memory, read in pieces of a fixed size; it grows only where somebody keeps more of it.
struct InputFile: ~Copyable {
    static let pieceSize = 1 << 20

    let path: String
    private(set) var bytesRead: UInt64 = 0
    private(set) var isAtEnd = false

    private let descriptor: Int32
    private var buffer: UnsafeMutableRawPointer
    private var capacity = pieceSize
    private var start = 0
    private var end = 0

    /// `-` is standard input.
    init(path: String) throws(InputError) {
        self.path = path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard let buffer = malloc(Self.pieceSize) else { preconditionFailure("out of memory") }
        self.buffer = buffer
        guard descriptor >= 0 else {
            let error = InputError(doing: "open \(path)", code: errno)
            throw error
        }
    }

    deinit {
        if descriptor > STDIN_FILENO { close(descriptor) }
        free(buffer)
    }

    /// The size of a regular file, for a progress bar; nil for a pipe.
    var size: UInt64? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return UInt64(status.st_size)
    }

    /// What is read and not taken yet; valid until the next `fill`.
    var unread: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: buffer + start, count: end - start) }

    mutating func take(_ count: Int) {
        start += count
        guard start == end else { return }
        (start, end) = (0, 0)
        // What one giant message needed is given back.
        if capacity > Self.pieceSize { resize(to: Self.pieceSize) }
    }

    /// Reads at least one byte more, or finds the end.
    mutating func fill() throws(InputError) {
        if start > 0 {
            memmove(buffer, buffer + start, end - start)
            end -= start
            start = 0
        }
        if end == capacity { resize(to: capacity * 2) }
        while true {
            let count = read(descriptor, buffer + end, capacity - end)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw InputError(doing: "read \(path)", code: errno) }
            isAtEnd = count == 0
            end += count
            bytesRead += UInt64(count)
            return
        }
    }

    private mutating func resize(to size: Int) {
        guard let moved = realloc(buffer, size) else { preconditionFailure("out of memory") }
        buffer = moved
        capacity = size
    }
}

/// Why a file could not be read, or not all of it.
package struct InputError: Error, Sendable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }

    init(doing: String, code: Int32) {
        description = "could not \(doing): \(String(cString: strerror(code)))"
    }
}
