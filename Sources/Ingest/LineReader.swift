internal import Glibc

/// Reads a file line by line in pieces of a fixed size: memory stays flat however long the file is.
///
/// Lines end with LF or CRLF; the last one may lack its end. Empty lines are counted and skipped.
package struct LineReader: ~Copyable {
    private static let pieceSize = 1 << 20

    package let path: String
    /// The number of the line last returned, from 1.
    package private(set) var lineNumber = 0
    package private(set) var bytesRead: UInt64 = 0

    private let descriptor: Int32
    private var buffer: UnsafeMutableRawPointer
    private var capacity: Int
    private var start = 0
    private var end = 0
    private var isAtEnd = false

    /// `-` is standard input.
    package init(path: String) throws(LineReaderError) {
        self.path = path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        capacity = Self.pieceSize
        buffer = .allocate(byteCount: capacity, alignment: 16)
        guard descriptor >= 0 else {
            let error = LineReaderError(doing: "open \(path)", code: errno)
            throw error
        }
    }

    deinit {
        if descriptor > STDIN_FILENO { close(descriptor) }
        buffer.deallocate()
    }

    /// The size of a regular file, for a progress bar; nil for a pipe.
    package var fileSize: UInt64? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return UInt64(status.st_size)
    }

    /// Calls `body` with the next line that is not empty, without its end; the bytes are valid during the call. False at the end.
    package mutating func next(_ body: (UnsafeRawBufferPointer) -> Void) throws(LineReaderError) -> Bool {
        var searched = start
        while true {
            if let newline = memchr(buffer + searched, 0x0A, end - searched) {
                let place = buffer.distance(to: newline)
                if deliver(from: start, to: place, next: place + 1, body) { return true }
                searched = start
            } else if isAtEnd {
                guard start < end else { return false }
                return deliver(from: start, to: end, next: end, body)
            } else {
                searched = end - start
                try fill()
                searched += start
            }
        }
    }

    private mutating func deliver(from first: Int, to last: Int, next: Int, _ body: (UnsafeRawBufferPointer) -> Void)
        -> Bool
    {
        lineNumber += 1
        start = next
        var line = UnsafeRawBufferPointer(start: buffer + first, count: last - first)
        if line.last == 0x0D { line = UnsafeRawBufferPointer(rebasing: line.dropLast()) }
        guard !line.isEmpty else { return false }
        body(line)
        return true
    }

    /// Moves the unread rest to the front, makes room where one line fills everything, and reads more.
    private mutating func fill() throws(LineReaderError) {
        if start > 0 {
            memmove(buffer, buffer + start, end - start)
            end -= start
            start = 0
        }
        if end == capacity {
            let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity * 2, alignment: 16)
            larger.copyMemory(from: buffer, byteCount: end)
            buffer.deallocate()
            buffer = larger
            capacity *= 2
        }
        while true {
            let count = read(descriptor, buffer + end, capacity - end)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw LineReaderError(doing: "read \(path)", code: errno) }
            isAtEnd = count == 0
            end += count
            bytesRead += UInt64(count)
            return
        }
    }
}

/// Why a file could not be read.
package struct LineReaderError: Error, Sendable, CustomStringConvertible {
    package var description: String

    init(doing: String, code: Int32) {
        description = "could not \(doing): \(String(cString: strerror(code)))"
    }
}
