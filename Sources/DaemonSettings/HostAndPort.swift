/// `127.0.0.1:8089`, `[::1]:8089`, `rabbit.example`: what stands in a URL or in `http.listen`.
struct HostAndPort {
    var host: Substring
    /// Nil where none is given.
    var port: UInt16?

    /// Nil for what is neither.
    init?(_ text: Substring) {
        var host = text
        var rest = text[text.endIndex...]
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
            guard host.contains(":") else { return nil }
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            rest = text[colon...]
        }
        let isName = !host.unicodeScalars.contains { $0.value <= 32 || $0.value == 127 || $0 == "/" || $0 == "@" }
        guard !host.isEmpty, isName else { return nil }
        self.host = host
        guard !rest.isEmpty else { return }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(digits) else {
            return nil
        }
        self.port = port
    }
}
