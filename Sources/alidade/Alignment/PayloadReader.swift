internal import Ingest

/// One payload of a file: its bytes, and the line that it begins on.
struct Payload {
    var line: Int
    var body: [UInt8]
}

/// Reads payloads from JSON Lines, or from a file that is a single JSON document of any layout.
struct PayloadReader: ~Copyable {
    /// What is collected of a document over several lines; the limit of a message is far below.
    private static let longestDocument = 4 << 20

    /// Whether there is one payload and no more.
    private(set) var isSingle = true
    private var lines: LineReader
    /// What was read to find out which of the two it is.
    private var waiting: ArraySlice<Payload> = []
    private var isAtEnd = false

    var bytesRead: UInt64 { lines.bytesRead }
    var fileSize: UInt64? { lines.fileSize }

    /// `-` is standard input.
    init(path: String) throws(LineReaderError) { lines = try LineReader(path: path) }

    /// Reads as far as is needed to tell a document from JSON Lines; to be called once, before anything is taken.
    ///
    /// `isWhole` says whether a line is JSON by itself.
    mutating func start(_ isWhole: ([UInt8]) -> Bool) throws(LineReaderError) {
        guard let first = try line() else { return }
        guard let second = try line() else {
            waiting = [first]
            return
        }
        // A payload that is broken, with others below it, is still a line of JSON Lines.
        if second.body.first == UInt8(ascii: "{") || isWhole(first.body) {
            isSingle = false
            waiting = [first, second]
        } else {
            waiting = [try document(from: first, second)]
        }
    }

    mutating func next() throws(LineReaderError) -> Payload? {
        if let payload = waiting.popFirst() { return payload }
        return isSingle ? nil : try line()
    }

    private mutating func document(from first: Payload, _ second: Payload) throws(LineReaderError) -> Payload {
        var whole = first
        var next: Payload? = second
        while let line = next, whole.body.count <= Self.longestDocument {
            whole.body.append(0x0A)
            whole.body += line.body
            next = try self.line()
        }
        return whole
    }

    private mutating func line() throws(LineReaderError) -> Payload? {
        guard !isAtEnd else { return nil }
        var body: [UInt8] = []
        guard try lines.next({ body = Array($0) }) else {
            isAtEnd = true
            return nil
        }
        return Payload(line: lines.lineNumber, body: body)
    }
}
