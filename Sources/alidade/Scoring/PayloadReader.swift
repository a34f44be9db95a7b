internal import Ingest
internal import Terminal

/// One payload of a file: its bytes, and the line that it begins on.
struct Payload {
    var line: Int
    var body: [UInt8]
}

/// Reads the payloads of a file for a command, and says on standard error what it could not read.
struct PayloadReader: ~Copyable {
    /// Whether there is one payload and no more.
    private(set) var isSingle = true
    /// How many things could not be read.
    private(set) var problems = 0
    private var file: MessageReader
    /// What was read to find out whether there is more than one.
    private var waiting: ArraySlice<Payload> = []

    var bytesRead: UInt64 { file.bytesRead }
    var fileSize: UInt64? { file.fileSize }

    /// `-` is standard input.
    static func open(_ path: String) throws(InputError) -> PayloadReader {
        var reader = PayloadReader(try MessageReader(path: path))
        while reader.waiting.count < 2, let payload = try reader.read() { reader.waiting.append(payload) }
        reader.isSingle = reader.waiting.count < 2
        return reader
    }

    private init(_ file: consuming MessageReader) { self.file = file }

    mutating func next() -> Payload? {
        if let payload = waiting.popFirst() { return payload }
        do { return try read() } catch {
            report(error.description)
            return nil
        }
    }

    private mutating func read() throws(InputError) -> Payload? {
        var body: [UInt8]?
        var oversized: UInt64?
        while try file.next({ item in
            switch item {
            case .message(let bytes): body = Array(bytes)
            case .oversized(let count): oversized = count
            }
        }) {
            if let body { return Payload(line: file.lineNumber, body: body) }
            if let oversized { report(file.oversized(oversized)) }
        }
        return nil
    }

    private mutating func report(_ problem: String) {
        problems += 1
        StandardError.write("\(problem)")
    }
}
