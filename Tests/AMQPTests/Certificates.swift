import Foundation

/// Certificates made for one test, in a folder that goes with it.
final class Certificates {
    private let folder: URL

    /// An authority named `ca`.
    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "alidade-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try addAuthority("ca")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func file(_ name: String) -> String { folder.appending(path: name).path }

    func addAuthority(_ name: String) throws {
        _ = try run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=test authority \(name)", "-keyout", file("\(name).key"), "-out", file("\(name).pem"))
    }

    /// A certificate with `names` ("DNS:localhost", "IP:127.0.0.1"), valid for `days`; with -1 it is over.
    func add(_ name: String, for names: String, signedBy authority: String = "ca", days: Int = 2) throws {
        let extensions = file("\(name).ext")
        try "subjectAltName=\(names)".write(toFile: extensions, atomically: true, encoding: .utf8)
        _ = try run(
            "openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", "/CN=test \(name)", "-keyout", file("\(name).key"), "-out", file("\(name).csr"))
        _ = try run(
            "openssl", "x509", "-req", "-in", file("\(name).csr"), "-CA", file("\(authority).pem"),
            "-CAkey", file("\(authority).key"), "-set_serial", "\(Int.random(in: 1...1_000_000))", "-days", "\(days)",
            "-extfile", extensions, "-out", file("\(name).pem"))
    }
}
