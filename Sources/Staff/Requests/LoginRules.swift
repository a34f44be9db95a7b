/// Where somebody goes after the login.
package enum LoginRules {
    package static let start = "/telemetry/"
    private static let longest = 2048

    /// `next` where it is a page of ours, else the first page: a link to our login must not lead to somebody else's page.
    package static func next(_ next: String?) -> String {
        guard let next, isOurs(next) else { return start }
        return next
    }

    private static func isOurs(_ target: String) -> Bool {
        guard target.hasPrefix(start), target.utf8.count <= longest else { return false }
        // Visible ASCII: browsers take a backslash for a slash and leave out tabs and line breaks.
        guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !#"\"<>#`"#.utf8.contains($0) }) else {
            return false
        }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let (path, query) = (parts[0], parts.count > 1 ? parts[1] : "")
        if path.contains("//") || query.contains("//") { return false }
        return path.split(separator: "/").allSatisfy(isPlain)
    }

    /// No `..`, and nothing that becomes a slash, a backslash, a control character or `..` once it is decoded.
    private static func isPlain(_ part: Substring) -> Bool {
        var decoded: [UInt8] = []
        var rest = part.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
                let value = UInt8(String(Substring(digits)), radix: 16)
            else { return false }
            rest = rest.dropFirst(2)
            decoded.append(value)
        }
        let forbidden = Array(#"/\"#.utf8)
        return decoded != [0x2E] && decoded != [0x2E, 0x2E]
            && decoded.allSatisfy { $0 >= 0x20 && $0 != 0x7F && !forbidden.contains($0) }
    }
}
