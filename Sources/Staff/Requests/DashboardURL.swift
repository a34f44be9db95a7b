/// Where people find the pages: `https://telemetry.example.org`, as `dashboard.url` has it.
package struct DashboardURL: Sendable, Equatable, CustomStringConvertible {
    package let isSecure: Bool
    /// In lower case; an IPv6 address in brackets.
    package let host: String
    /// Nil for the usual one of the scheme.
    package let port: Int?

    /// - Returns: Nil unless it is a scheme, a host and perhaps a port and a last `/`.
    package init?(_ text: String) {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        switch parts[0].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: return nil
        }
        var rest = parts[1]
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard let authority = Authority(rest) else { return nil }
        host = authority.host
        let usual = isSecure ? 443 : 80
        port = authority.port == usual ? nil : authority.port
    }

    /// As a browser writes it in `Origin`.
    package var origin: String { "\(isSecure ? "https" : "http")://\(host)\(port.map { ":\($0)" } ?? "")" }

    package var description: String { origin }

    var authority: Authority { Authority(host: host, port: port) }
    var usualPort: Int { isSecure ? 443 : 80 }
}

/// A host and perhaps a port: what stands in `Host`.
struct Authority: Sendable, Hashable {
    /// In lower case; an IPv6 address in brackets.
    var host: String
    var port: Int?

    init(host: String, port: Int?) {
        self.host = host
        self.port = port
    }

    init?(_ text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.count <= 261 else { return nil }
        let hostEnd: String.Index
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), PeerAddress(text[text.startIndex..<end].dropFirst()) != nil,
                !text[..<end].contains("%")
            else { return nil }
            hostEnd = text.index(after: end)
        } else {
            hostEnd = text.firstIndex(of: ":") ?? text.endIndex
            guard Self.isName(text[..<hostEnd]) else { return nil }
        }
        host = text[..<hostEnd].lowercased()
        guard hostEnd < text.endIndex else { return }
        let digits = text[hostEnd...].dropFirst()
        guard text[hostEnd] == ":", !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(digits), (1...65535).contains(number)
        else { return nil }
        port = number
    }

    /// The address, where it is one and no name.
    var address: PeerAddress? {
        PeerAddress(host.hasPrefix("[") ? host.dropFirst().dropLast() : host[...])
    }

    private static func isName(_ text: some StringProtocol) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            !label.isEmpty && label.utf8.count <= 63 && !label.hasPrefix("-")
                && label.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
                }
        }
    }
}
