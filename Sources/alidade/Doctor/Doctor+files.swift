internal import AMQP
internal import DaemonSettings
internal import Files
internal import Glibc
internal import Store

extension Doctor {
    /// Whether the daemon may read what it needs, and who else what is secret or personal.
    mutating func checkFiles(_ settings: Settings) {
        let check = "file permissions"
        let unreadable = (try? settings.unreadable(for: user)) ?? []
        for (line, path) in unreadable {
            let group = user?.name ?? ""
            let remedy = "chgrp \(group) \(path) && chmod 640 \(path); its folders must be open to the group, too"
            add(.problem(check, line, remedy: remedy))
        }
        var looked = 0
        var openToAll = false
        for (path, what) in secretFiles(settings) {
            guard let mode = Self.mode(of: path) else { continue }
            looked += 1
            guard mode & 0o006 != 0 else { continue }
            openToAll = true
            let may = mode & 0o002 != 0 ? "write to" : "read"
            let octal = String(mode & 0o7777, radix: 8)
            let isFolder = mode & S_IFMT == S_IFDIR
            add(
                .warning(
                    check, "everybody on this machine may \(may) \(what) \(path) (mode \(octal))",
                    remedy: "chmod \(isFolder ? "750" : "640") \(path), owned by the daemon's user"))
        }
        guard !openToAll, unreadable.isEmpty else { return }
        let nothing = "no secrets in files, and the store's folder is closed to others"
        add(.ok(check, looked == 0 ? nothing : "none of \(looked) files and folders is open to everybody"))
    }

    private func secretFiles(_ settings: Settings) -> [(path: String, what: String)] {
        var files: [(String, String)] = []
        func add(_ file: String?, _ what: String) {
            if let file { files.append((file, what)) }
        }
        add(settings.broker.passwordFile, "the broker's password in")
        add(settings.http.tokenFile, "the HTTP token in")
        add(settings.dashboard.staffFile, "the hashes of passwords in")
        add(settings.dashboard.proxy.secretFile, "the secret of the reverse proxy in")
        add(settings.broker.tls.keyFile, "the key of the client certificate in")
        // The default, guest:guest, is no secret; what an operator wrote may be one.
        let hasPassword = settings.broker.url.contains { url in
            let password = (try? BrokerURL(parsing: url.value))?.password?.value
            return password != nil && password != "guest"
        }
        if hasPassword, let file = settings.file { files.append((file, "the password of broker.url in")) }
        if let store = StoreOpening.store(at: settings.store.url), let path = store.folder {
            // A folder that is closed to others closes what is in it.
            let folder = Self.mode(of: path) ?? 0
            if folder & 0o001 != 0 { files.append((store.name, "the store")) }
            if folder & 0o002 != 0, folder & S_ISVTX == 0 { files.append((path, "the store's folder")) }
        }
        return files
    }

    /// Nil for what is not there; other checks say so.
    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode : nil
    }
}
