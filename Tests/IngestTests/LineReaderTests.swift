import Glibc
import Ingest
import Testing

struct LineReaderTests {
    private struct Line: Equatable {
        var number: Int
        var text: String
    }

    /// Every line of a file with this content.
    private func lines(_ content: String) throws -> [Line] {
        let path = try write(Array(content.utf8))
        defer { unlink(path) }
        var reader = try LineReader(path: path)
        var found: [Line] = []
        var text = ""
        while try reader.next({ text = String(decoding: $0, as: UTF8.self) }) {
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
        var reader = try LineReader(path: path)
        var found: [String] = []
        while try reader.next({ found.append(String(decoding: $0, as: UTF8.self)) }) {}
        pthread_join(writer, nil)
        #expect(found == ["{\"a\":1}", "{}", "[]"])
        #expect(reader.fileSize == nil)
    }

    @Test func `what cannot be read is named`() {
        #expect { _ = try LineReader(path: "/nowhere/lines") } throws: {
            "\($0)" == "could not open /nowhere/lines: No such file or directory"
        }
        #expect {
            var reader = try LineReader(path: "/tmp")
            _ = try reader.next { _ in }
        } throws: { "\($0)" == "could not read /tmp: Is a directory" }
    }
}
