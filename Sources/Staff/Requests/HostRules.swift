/// Which values of `Host` are ours. A page of somebody else whose name leads to this machine (DNS rebinding) has another one.
package struct HostRules: Sendable {
    private let url: DashboardURL?
    private let listener: (address: PeerAddress?, name: String, port: Int)?

    /// - Parameter listener: What `http.listen` came to: the port is the one that was given.
    package init(url: DashboardURL?, listener: (host: String, port: Int)?) {
        self.url = url
        self.listener = listener.map { host, port in
            let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
            return (PeerAddress(bare), bare.lowercased(), port)
        }
    }

    /// - Parameter values: Every occurrence, and the authority of an absolute request target: exactly one is right.
    package func allows(_ values: [String]) -> Bool {
        guard values.count == 1, let shown = Authority(values[0]) else { return false }
        return isOfURL(shown) || isOfListener(shown)
    }

    /// The origin of pages that were asked for under `host`, which is allowed.
    package func origin(of host: String) -> String? {
        guard let shown = Authority(host) else { return nil }
        if let url, isOfURL(shown) { return url.origin }
        guard isOfListener(shown) else { return nil }
        return "http://\(shown.host)\(shown.port.flatMap { $0 == 80 ? nil : ":\($0)" } ?? "")"
    }

    private func isOfURL(_ shown: Authority) -> Bool {
        guard let url else { return false }
        return shown.host == url.host && (shown.port ?? url.usualPort) == (url.port ?? url.usualPort)
    }

    private func isOfListener(_ shown: Authority) -> Bool {
        guard let listener, (shown.port ?? 80) == listener.port else { return false }
        let isLoopback = listener.address?.isLoopback ?? (listener.name == "localhost")
        if isLoopback { return shown.host == "localhost" || shown.address?.isLoopback == true }
        guard let address = listener.address else { return shown.host == listener.name }
        // Listening on every address: any address will do, as rebinding needs a name. A name has to be that of dashboard.url.
        if address.isUnspecified { return shown.address != nil || shown.host == "localhost" }
        return shown.address == address
    }
}
