import Glibc
import Ingest
import Testing

struct MessageReaderTests {
    private struct Line: Equatable {
        var number: Int
        var text: String
    }

    private static func text(_ item: MessageReader.Item) -> String {
        switch item {
        case .message(let bytes): String(decoding: bytes, as: UTF8.self)
        case .oversized(let count): "(\(count) bytes)"
        }
    }

    /// Every message of a file with this content, and what could not be read at its end.
    private func lines(_ content: String, limit: Int = MessageReader.largestMessage) throws -> [Line] {
        let path = try write(Array(content.utf8))
        defer { unlink(path) }
        var reader = try MessageReader(path: path, limit: limit)
        var found: [Line] = []
        var text = ""
        while try reader.next({ text = Self.text($0) }) {
            found.append(Line(number: reader.lineNumber, text: text))
        }
        #expect(reader.bytesRead == UInt64(content.utf8.count))
        #expect(reader.fileSize == UInt64(content.utf8.count))
        return found
    }

    private func write(_ bytes: [UInt8]) throws -> String {
        var template = Array("/tmp/alidade-lines.XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            try #require(count > 0)
            written += count
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    @Test(arguments: ["a\nb\n", "a\nb", "a\r\nb\r\n", "a\r\nb"])
    func `lines end with LF or CRLF, and the last one may lack its end`(content: String) throws {
        #expect(try lines(content) == [Line(number: 1, text: "a"), Line(number: 2, text: "b")])
    }

    @Test func `empty lines are skipped and counted`() throws {
        #expect(try lines("\n\r\na\n\n\nb\n\n") == [Line(number: 3, text: "a"), Line(number: 6, text: "b")])
    }

    @Test(arguments: ["", "\n", "\r\n", "\n\n\n"])
    func `a file without a line that holds something gives nothing`(content: String) throws {
        #expect(try lines(content).isEmpty)
    }

    @Test(arguments: [(1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5 << 20])
    func `a line may be longer than a piece, and end at any place of it`(length: Int) throws {
        let long = String(repeating: "x", count: length)
        let found = try lines("a\n\(long)\nb\n\(long)")
        #expect(found.map(\.number) == [1, 2, 3, 4])
        #expect(found.map(\.text) == ["a", long, "b", long])
    }

    @Test func `many lines of random lengths come whole and in order`() throws {
        var generator = SystemRandomNumberGenerator()
        let texts = (0..<20_000).map { number in
            "\(number):" + String(repeating: "y", count: Int.random(in: 0...300, using: &generator))
        }
        let found = try lines(texts.joined(separator: "\n"))
        #expect(found.map(\.text) == texts)
        #expect(found.last?.number == texts.count)
    }

    @Test func `a pipe is read to its end, however it arrives`() throws {
        let path = "/tmp/alidade-pipe.\(getpid())"
        unlink(path)
        try #require(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        var writer = pthread_t()
        let started = pthread_create(
            &writer, nil,
            { _ in
                let descriptor = open("/tmp/alidade-pipe.\(getpid())", O_WRONLY)
                for piece in ["{\"a\"", ":1}\n{", "}", "\n\n", "[]"] {
                    _ = Glibc.write(descriptor, piece, piece.utf8.count)
                }
                close(descriptor)
                return nil
            }, nil)
        try #require(started == 0)
        var reader = try MessageReader(path: path)
        var found: [String] = []
        while try reader.next({ found.append(Self.text($0)) }) {}
        pthread_join(writer, nil)
        #expect(found == ["{\"a\":1}", "{}", "[]"])
        #expect(reader.fileSize == nil)
    }

    @Test func `what cannot be read is named`() {
        #expect { _ = try MessageReader(path: "/nowhere/lines") } throws: {
            "\($0)" == "could not open /nowhere/lines: No such file or directory"
        }
        #expect {
            var reader = try MessageReader(path: "/tmp")
            _ = try reader.next { _ in }
        } throws: { "\($0)" == "could not read /tmp: Is a directory" }
    }

    @Test func `a byte order mark at the start is skipped, and no other`() throws {
        #expect(try lines("\u{FEFF}a\n\u{FEFF}b").map(\.text) == ["a", "\u{FEFF}b"])
        #expect(try lines("\u{FEFF}{\n\"a\":1}").map(\.text) == ["{\n\"a\":1}"])
        #expect(try lines("\u{FEFF}").isEmpty)
    }

    @Test func `no other character ends a line`() throws {
        let odd = "\u{2028}\u{2029}\u{85}\u{B}\u{C}\u{1C}\r"
        #expect(try lines("{\"a\":\"\(odd)x\"}\n{}").map(\.text) == ["{\"a\":\"\(odd)x\"}", "{}"])
    }

    @Test(arguments: [
        ("{\n  \"a\": 1\n}", ["{\n  \"a\": 1\n}"]),
        ("{\r\n\"a\":\"}\\\"{\"}\r\n", ["{\r\n\"a\":\"}\\\"{\"}"]),
        ("{\n\"a\":[\n{},\n{\n}\n]\n}\n{\n}{}\n\n{\n}", ["{\n\"a\":[\n{},\n{\n}\n]\n}", "{\n}", "{}", "{\n}"]),
        ("[{\"a\":1},{\"a\":[2]}]", ["{\"a\":1}", "{\"a\":[2]}"]),
        ("[\n  {\n    \"a\": 1\n  },\n  {}\n]\n", ["{\n    \"a\": 1\n  }", "{}"]),
        ("\n [ {} , [1,{}] , 5, \"x\" ]", ["{}", "[1,{}]", "5", "\"x\""]), ("[]", []), ("[\n]\n", []),
        ("[{}]\n[{}]", ["{}", "{}"]), ("[1,2]\n{}", ["[1,2]", "{}"]),
    ])
    func `documents of any layout are read`(content: String, expected: [String]) throws {
        #expect(try lines(content).map(\.text) == expected)
    }

    @Test(arguments: [
        // JSON Lines with a broken line, the first one or another.
        ("{\"a\":\n{\"b\":1}\n{\"c\":1}", ["{\"a\":", "{\"b\":1}", "{\"c\":1}"]),
        ("{\"a\":\"x\n{\"b\":1}", ["{\"a\":\"x", "{\"b\":1}"]), ("{\"a\":\"x\n \"b\":1}", ["{\"a\":\"x", " \"b\":1}"]),
        ("{}\n{\n{}", ["{}", "{", "{}"]), ("{}\n[\n{}", ["{}", "[", "{}"]), ("{", ["{"]), ("{\n\n", ["{"]),
        ("x\n{\n}", ["x", "{", "}"]),
        // Documents, of which one is broken.
        ("{\n\"a\":\"x\n}\n{\n\"b\":1}", ["{\n\"a\":\"x\n}", "{\n\"b\":1}"]),
        ("{\n\"a\":1\n{\n\"b\":1}", ["{\n\"a\":1", "{\n\"b\":1}"]),
        ("{\n\"a\":{\"b\":1\n}\n", ["{\n\"a\":{\"b\":1\n}"]),
    ])
    func `a broken one does not spoil its neighbours`(content: String, expected: [String]) throws {
        #expect(try lines(content).map(\.text) == expected)
    }

    @Test func `lines are counted through documents`() throws {
        let found = try lines("\n[\n{\n},\n\n{}, {}\n]\n{\n")
        #expect(found.map(\.number) == [3, 6, 6, 8])
    }

    @Test func `an array that ends too early gives what it has, and an error`() throws {
        let path = try write(Array("[{},\n{\"a\":1}\n".utf8))
        defer { unlink(path) }
        var reader = try MessageReader(path: path)
        var found: [String] = []
        #expect { while try reader.next({ found.append(Self.text($0)) }) {} } throws: {
            "\($0)" == "\(path) ends inside an array: it may have been cut off; what is in it was read"
        }
        #expect(found == ["{}", "{\"a\":1}"])
        #expect(try !reader.next { _ in })
    }

    @Test func `what is too long is left out, and the rest is read`() throws {
        let long = String(repeating: "x", count: 3 << 20)
        #expect(
            try lines("{}\n{\"a\":\"\(long)\"}\n{}\n", limit: 1 << 20).map(\.text) == [
                "{}", "(\((3 << 20) + 8) bytes)", "{}",
            ])
        let array = "[\n{},{\"a\":\n\"\(long)\"},\n{}]"
        #expect(try lines(array, limit: 1 << 20).map(\.text) == ["{}", "(\((3 << 20) + 9) bytes)", "{}"])
        #expect(try lines(array, limit: 1 << 20).map(\.number) == [2, 2, 4])
        #expect(try lines("12345\r\n123456\n", limit: 5).map(\.text) == ["12345", "(6 bytes)"])
    }

    /// Whatever a file holds, however it is cut into pieces, nothing of it is lost but white space and what holds an array together.
    @Test func `random documents come whole`() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let spaces = ["", " ", "\n", "\r\n", "\n\n  "]
            func space() -> String { spaces.randomElement(using: &generator)! }
            let objects = (0..<Int.random(in: 2...40, using: &generator)).map { number in
                let inner = ["\"}\"", "{\"x\":[\(space())1]}", "\"\\\"\\\\\"", "null", "[{},{\(space())}]"]
                return "{\n\(space())\"\(number)\":\(space())\(inner.randomElement(using: &generator)!)\(space())}"
            }
            let isArray = Bool.random(using: &generator)
            let content =
                isArray
                ? "[\(objects.map { space() + $0 + space() }.joined(separator: ","))]" : objects.joined(separator: "\n")
            #expect(try lines(content).map(\.text) == objects)
        }
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x7B, 0], "UTF-16"), ([0xFE, 0xFF, 0, 0x7B], "UTF-16"), ([0x1F, 0x8B, 8, 0], "compressed"),
        ] as [([UInt8], String)])
    func `other encodings are named with the remedy`(bytes: [UInt8], word: String) throws {
        let path = try write(bytes)
        defer { unlink(path) }
        var reader = try MessageReader(path: path)
        #expect { _ = try reader.next { _ in } } throws: { "\($0)".contains(word) && "\($0)".contains(path) }
    }
}
