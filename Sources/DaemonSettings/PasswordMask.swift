/// Keeps passwords out of errors and of `config show`.
enum PasswordMask {
    /// `text` with everything that may be a password replaced by `***`: what stands between the user's colon and the last `@`, and a
    /// port that is no number, which is what a password looks like when the host was forgotten.
    static func masked(_ text: String) -> String {
        guard let start = end(ofSchemeIn: text) else {
            guard let at = text.lastIndex(of: "@") else { return text }
            return "***" + text[at...]
        }
        guard let at = text[start...].lastIndex(of: "@") else { return text[..<start] + maskedPort(text[start...]) }
        guard let colon = text[start..<at].firstIndex(of: ":") else { return text }
        return text[...colon] + "***" + text[at...]
    }

    /// A key, for an error: masked, and not too long.
    static func shortened(_ text: String) -> String {
        let masked = masked(text)
        return masked.utf8.count > 320 ? masked.prefix(80) + "…" : masked
    }

    /// What was found, for an error: in quotes, on one line, not too long, masked.
    static func quoted(_ text: String) -> String {
        let masked = masked(text)
        let short = masked.count > 80 ? masked.prefix(80) + "…" : masked[...]
        return "\"" + short.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "\u{FFFD}" : String($0) }.joined()
            + "\""
    }

    /// The place after the first `://`.
    static func end(ofSchemeIn text: String) -> String.Index? {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
        return text.index(colon, offsetBy: 3)
    }

    private static func maskedPort(_ rest: Substring) -> String {
        // An IPv6 address has colons of its own, and nobody in front of it.
        guard rest.first != "[", let colon = rest.firstIndex(of: ":") else { return String(rest) }
        let port = rest[rest.index(after: colon)...]
        let digits = port.prefix { $0.isASCII && $0.isNumber }
        let isPort = digits.endIndex == port.endIndex || port[digits.endIndex] == "/"
        return isPort ? String(rest) : rest[...colon] + "***"
    }
}
