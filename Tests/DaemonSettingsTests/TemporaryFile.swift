import Glibc

/// A file for the length of a test.
final class TemporaryFile {
    let path: String

    init(_ content: String) throws { path = try Self.write(Array(content.utf8)) }
    init(bytes: [UInt8]) throws { path = try Self.write(bytes) }
    deinit { unlink(path) }

    private static func write(_ bytes: [UInt8]) throws -> String {
        var template = Array("/tmp/alidade-configuration.XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Failure() }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw Failure() }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private struct Failure: Error {}
}
