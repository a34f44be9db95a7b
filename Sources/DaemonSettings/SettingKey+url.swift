extension SettingKey {
    /// Why `text` is no broker URL, without a word of it; nil where it looks like one.
    static func flaw(inBrokerURL text: String) -> String? {
        guard let start = PasswordMask.end(ofSchemeIn: text),
            ["amqp://", "amqps://"].contains(text[..<start].lowercased())
        else {
            return "it does not begin with amqp:// or amqps://"
        }
        if text.unicodeScalars.contains(where: { $0.value <= 32 || $0.value == 127 }) {
            return "the URL contains a blank or control character"
        }
        let rest = text[start...]
        if rest.contains(where: { $0 == "?" || $0 == "#" }) {
            return
                "the URL has parameters, which are not understood (inside a name or password ? is written %3F and # %23)"
        }
        let authority = rest.prefix { $0 != "/" }
        if rest[authority.endIndex...].contains("@") {
            return "in the URL a / of a name or password is written %2F, an @ of the virtual host %40"
        }
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard let found = HostAndPort(place), found.port != 0 else {
            return "the URL names no host, or its port is not a number from 1 to 65535"
        }
        return nil
    }

    /// Why `text` is no place of a store; nil where it is one.
    static func flaw(inStoreURL text: String) -> String? {
        let expected = "\(PasswordMask.quoted(text)) is not sqlite:///PATH"
        if text.hasPrefix("sqlite://"), !text.hasSuffix("/") { return text.utf8.contains(0) ? expected : nil }
        return expected + (text.hasPrefix("/") && !text.hasSuffix("/") ? "; did you mean sqlite://\(text)?" : "")
    }

    /// Why `text` is nothing to listen on; nil where it is.
    static func flaw(inListen text: String) -> String? {
        HostAndPort(text[...])?.port == nil
            ? "\(PasswordMask.quoted(text)) is not ADDRESS:PORT" : nil
    }
}
