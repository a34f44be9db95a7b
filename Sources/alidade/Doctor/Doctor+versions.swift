internal import AMQP

extension Doctor {
    private static let upgrade = "upgrade the package; every Debian from 12 on has a newer one"

    /// The libraries that are loaded, which a package upgrade may have changed since the build.
    mutating func checkVersions() {
        checkVersion("librabbitmq", AMQPVersion.library, atLeast: [0, 11, 0])
        checkVersion("sqlite", StoreOpening.sqlite, atLeast: [3, 37, 0])
        // "OpenSSL 3.0.19 27 Jan 2026"
        let openSSL = AMQPVersion.openSSL.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        checkVersion("openssl", openSSL, atLeast: [3, 0, 0])
    }

    private mutating func checkVersion(_ library: String, _ version: String, atLeast oldest: [Int]) {
        let numbers = version.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
        if numbers.lexicographicallyPrecedes(oldest) {
            let wanted = oldest.map(String.init).joined(separator: ".")
            let finding = "\(version) is older than \(wanted), the oldest that is tested"
            add(.warning(library, finding, remedy: Self.upgrade))
        } else {
            add(.ok(library, version))
        }
    }
}
