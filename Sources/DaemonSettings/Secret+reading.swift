package import Files

extension Secret {
    /// Reads the file that the setting `key` names.
    ///
    /// Line breaks at the end are not part of the secret.
    static func read(_ path: String, key: String) throws(SettingsErrors) -> Secret {
        func refused(_ why: String) -> SettingsErrors { SettingsErrors(lines: ["\(key): \(why)"]) }
        switch readWholeFile(path) {
        case .failure(let problem): throw refused("could not read \(path): \(problem.reason)")
        case .success(var bytes):
            while bytes.last == 0x0A || bytes.last == 0x0D { bytes.removeLast() }
            guard !bytes.isEmpty else { throw refused("\(path) is empty") }
            guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
                throw refused("\(path) is not UTF-8 text")
            }
            return Secret(text)
        }
    }
}

extension Settings.Broker {
    /// The password from `broker.password_file`; nil where none is configured. It replaces the one of every URL.
    package func password() throws(SettingsErrors) -> Secret? {
        guard let passwordFile else { return nil }
        return try Secret.read(passwordFile, key: "broker.password_file")
    }
}

extension Settings.Proxy {
    /// What the reverse proxy has to show, from `dashboard.proxy.secret_file`; nil where none is configured.
    package func secret() throws(SettingsErrors) -> Secret? {
        guard let secretFile else { return nil }
        return try Secret.read(secretFile, key: "dashboard.proxy.secret_file")
    }
}

extension Settings.HTTP {
    /// Where to listen; nil for nowhere.
    package var address: (host: String, port: Int)? {
        guard let found = HostAndPort(listen[...]), let port = found.port else { return nil }
        return (String(found.host), Int(port))
    }

    /// The token from `http.token_file`; nil where none is configured.
    package func token() throws(SettingsErrors) -> Secret? {
        guard let tokenFile else { return nil }
        return try Secret.read(tokenFile, key: "http.token_file")
    }
}
