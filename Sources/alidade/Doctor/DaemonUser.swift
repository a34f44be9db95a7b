internal import ArgumentParser
internal import DaemonSettings
internal import Glibc

/// The user that the daemon runs as. What root may read, say for a command by hand, tells nothing of what the daemon may.
struct DaemonUser: Sendable {
    /// What the package makes.
    private static let usual = "alidade"

    let name: String
    let user: uid_t
    let group: gid_t

    /// Nil where this process could not become somebody else, where nobody is named and there is no usual one, or where it is root himself.
    ///
    /// - Throws: A usage error where the named one is unknown.
    static func find(_ named: String?) throws -> DaemonUser? {
        guard geteuid() == 0 else { return nil }
        guard let entry = getpwnam(named ?? usual)?.pointee else {
            guard let named else { return nil }
            throw ValidationError("there is no user \(named)")
        }
        guard entry.pw_uid != 0 else { return nil }
        return DaemonUser(name: named ?? usual, user: entry.pw_uid, group: entry.pw_gid)
    }

    /// Runs `body` with the rights of this user and of his groups; the whole process has them meanwhile, so only a command may do this.
    func perform<Result>(_ body: () throws -> Result) throws -> Result {
        let own = (group: getegid(), groups: Self.groups)
        defer {
            seteuid(0)
            setreuid(0, 0)
            setregid(own.group, own.group)
            setgroups(own.groups.count, own.groups)
        }
        // Root stays behind as the saved user, to come back to; access(2) and the kernel's checks do not count it.
        guard initgroups(name, group) == 0, setregid(group, group) == 0, setreuid(user, 0) == 0, seteuid(user) == 0
        else {
            throw ExitStatus.failed.error(
                "could not take on the rights of \(name): \(String(cString: strerror(errno)))")
        }
        return try body()
    }

    /// Why this user cannot read a file, or nil.
    func obstacle(toReading file: String) throws -> String? {
        try perform { access(file, R_OK) == 0 ? nil : String(cString: strerror(errno)) }
    }

    private static var groups: [gid_t] {
        var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
        let count = getgroups(Int32(groups.count), &groups)
        return Array(groups.prefix(Int(max(0, count))))
    }
}

extension Settings {
    /// What the daemon itself opens, by the setting that names it. Not the credentials, which the service manager hands to it.
    var filesOfTheDaemon: [(key: String, path: String)] {
        var files: [(String, String)] = []
        func add(_ key: String, _ path: String?) {
            guard let path, !credentials.contains(key) else { return }
            files.append((key, path))
        }
        add("the configuration", file)
        add("broker.password_file", broker.passwordFile)
        add("broker.tls.ca_file", broker.tls.caFile)
        add("broker.tls.certificate_file", broker.tls.certificateFile)
        add("broker.tls.key_file", broker.tls.keyFile)
        add("http.token_file", http.tokenFile)
        add("dashboard.staff_file", dashboard.staffFile)
        add("dashboard.proxy.secret_file", dashboard.proxy.secretFile)
        for (key, name) in [("alignment.model", alignment.model), ("alignment.shadow", alignment.shadow ?? "")]
        where ModelFolder.isPath(name) { add(key, name) }
        return files
    }

    /// A line for each of them that the daemon could not read, though root can; empty where it runs as whoever asks.
    func unreadable(for user: DaemonUser?) throws -> [(line: String, path: String)] {
        guard let user else { return [] }
        return try filesOfTheDaemon.compactMap { key, path in
            guard access(path, R_OK) == 0, let why = try user.obstacle(toReading: path) else { return nil }
            return ("\(key): \(user.name), the daemon's user, cannot read \(path): \(why)", path)
        }
    }
}
