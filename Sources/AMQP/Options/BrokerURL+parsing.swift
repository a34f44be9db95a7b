import Files

extension BrokerURL {
    /// One URL, or several separated by commas that are tried in turn.
    package static func list(parsing text: String) throws(AMQPError) -> [BrokerURL] {
        var urls: [BrokerURL] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            urls.append(try BrokerURL(parsing: part.trimmed))
        }
        return urls
    }

    /// No error quotes what stands in front of the host, and none quotes a port: either may be a piece of a password.
    package init(parsing text: some StringProtocol) throws(AMQPError) {
        guard let scheme = text.firstRange(of: "://") else {
            throw Self.refused("it does not begin with amqp:// or amqps://")
        }
        let isTLS: Bool
        switch text[..<scheme.lowerBound].lowercased() {
        case "amqp": isTLS = false
        case "amqps": isTLS = true
        default: throw Self.refused("its scheme is neither amqp nor amqps")
        }
        let rest = text[scheme.upperBound...]
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw Self.refused(
                "parameters after ? or # are not understood; the heartbeat and TLS have settings of their own, "
                    + "and in a user name, password or virtual host ? is written %3F and # %23")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        let path = rest[slash...].dropFirst()
        guard !path.contains("@") else {
            throw Self.refused("a / in a user name or password is written %2F, an @ in a virtual host %40")
        }
        guard !path.contains("/") else { throw Self.refused("a / in the virtual host is written %2F") }

        var user: String?
        var password: Secret?
        var place = authority[...]
        if let at = authority.lastIndex(of: "@") {
            place = authority[authority.index(after: at)...]
            let credentials = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = try Self.decode(credentials[0], "user name")
            if credentials.count == 2 { password = Secret(try Self.decode(credentials[1], "password")) }
        }
        let (host, port) = try Self.hostAndPort(place)
        let virtualHost = path.isEmpty ? "/" : try Self.decode(path, "virtual host")
        guard virtualHost.utf8.count <= 255 else { throw Self.refused("its virtual host is longer than 255 bytes") }
        self.init(isTLS: isTLS, host: host, port: port, user: user, password: password, virtualHost: virtualHost)
    }

    private static func hostAndPort(_ place: some StringProtocol) throws(AMQPError) -> (String, UInt16?) {
        var host = place[...]
        var port = place[place.endIndex...]
        if place.first == "[" {
            guard let end = place.firstIndex(of: "]") else {
                throw refused("the [ before its IPv6 address is never closed")
            }
            host = place[place.index(after: place.startIndex)..<end]
            port = place[place.index(after: end)...]
            guard host.contains(":") else { throw refused("only an IPv6 address stands in brackets") }
        } else if let colon = place.firstIndex(of: ":") {
            host = place[..<colon]
            port = place[colon...]
        }
        guard !host.isEmpty else { throw refused("it names no host") }
        guard host.utf8.count <= 255 else { throw refused("its host name is longer than 255 bytes") }
        guard !host.unicodeScalars.contains(where: { $0.value <= 32 || $0.value == 127 || $0 == "%" }) else {
            throw refused("its host name contains a character that no host name has")
        }
        if port.isEmpty || port == ":" { return (String(host), nil) }
        guard port.first == ":", let number = UInt16(port.dropFirst()), number > 0 else {
            throw refused(
                "its port is not a number between 1 and 65535 (an IPv6 address stands in brackets; "
                    + "/ @ and : in a user name or password are percent-encoded)")
        }
        return (String(host), number)
    }

    private static func decode(_ text: some StringProtocol, _ what: String) throws(AMQPError) -> String {
        guard let decoded = PercentEncoding.decode(text) else {
            throw refused("the percent-encoding of its \(what) is broken, or is not UTF-8")
        }
        guard !decoded.utf8.contains(0) else { throw refused("its \(what) contains a zero byte") }
        return decoded
    }

    private static func refused(_ why: String) -> AMQPError {
        AMQPError(.invalidConfiguration, doing: "read the broker URL", why, isPermanent: true)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }
}
