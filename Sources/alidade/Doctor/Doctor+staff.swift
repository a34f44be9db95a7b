internal import DaemonSettings
internal import Dashboard
internal import Glibc
internal import Staff

extension Doctor {
    private static let staffCheck = "staff"

    /// Who may see the pages, and whether somebody else could.
    mutating func checkStaff(_ settings: Settings) {
        let dashboard: DashboardSettings
        do throws(SettingsErrors) { dashboard = try settings.dashboardSettings() } catch {
            return add(.notTried(Self.staffCheck, because: "the staff file cannot be read"))
        }
        guard dashboard.isOn else {
            return add(.ok(Self.staffCheck, "nobody: there are no pages without dashboard.staff_file or a proxy"))
        }
        if let path = settings.dashboard.staffFile, let staff = dashboard.staff {
            if staff.members.isEmpty {
                add(
                    .warning(
                        Self.staffCheck, "\(path) has no members, so nobody can log in",
                        remedy: "alidade staff add NAME"))
            } else {
                let count = staff.members.count
                add(.ok(Self.staffCheck, "\(path) has \(count == 1 ? "1 member" : "\(count) members")"))
            }
            if !settings.credentials.contains("dashboard.staff_file") { checkOwner(of: path) }
        }
        if let header = dashboard.proxy.userHeader {
            checkProxy(dashboard.proxy, header)
            tryToForge(header, dashboard.proxy, settings)
        }
        for warning in settings.dashboardWarnings {
            add(.warning(Self.staffCheck, warning, remedy: "see the page \"Who may see the pages\""))
        }
    }

    /// Whoever can write the file can let anybody in: that is for root, or for whoever runs a daemon of his own.
    private mutating func checkOwner(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        if status.st_uid != 0, let user, status.st_uid == user.user {
            add(
                .warning(
                    Self.staffCheck, "\(path) belongs to \(user.name), so a fault of the daemon could add members",
                    remedy: "chown root:\(user.name) \(path) && chmod 640 \(path)"))
        }
        if status.st_mode & S_IWGRP != 0 {
            add(
                .warning(
                    Self.staffCheck, "the group of \(path) may write to it",
                    remedy: "chmod 640 \(path)"))
        }
    }

    private mutating func checkProxy(_ rules: ProxyRules, _ header: String) {
        let peers = rules.networks.map(\.description) + (rules.acceptsSocket ? ["http.socket"] : [])
        add(
            .ok(Self.staffCheck, "\(header) is believed from \(peers.joined(separator: ", ")), and refused from others")
        )
        guard rules.secret == nil, rules.networks.contains(where: \.isLoopback) else { return }
        add(
            .warning(
                Self.staffCheck,
                "every program on this machine can connect from a loopback address and say who it is in \(header)",
                remedy: "let the proxy use http.socket, or set dashboard.proxy.secret_file"))
    }

    /// Says in the header who it is, as a stranger: the daemon that runs must refuse it.
    private mutating func tryToForge(_ header: String, _ rules: ProxyRules, _ settings: Settings) {
        guard let (host, port) = settings.http.address, port != 0 else { return }
        let reachable = HTTPRequest.reachable(host)
        guard let address = PeerAddress(reachable), address.isIPv4, address.isLoopback,
            // Each address of 127.0.0.0/8 is this machine's.
            let stranger = (2...254).lazy.map({ "127.0.0.\($0)" }).first(where: { text in
                PeerAddress(text).map { !rules.isProxy(.address($0)) } ?? false
            })
        else { return }
        let request = HTTPRequest(
            host: reachable, port: UInt16(clamping: port), path: "/telemetry/", fields: [(header, "doctor")],
            source: stranger)
        // Without a daemon there is nothing to try.
        guard let answer = try? request.answer(within: .seconds(2)) else { return }
        switch answer.status {
        case 403: add(.ok(Self.staffCheck, "the daemon refuses \(header) from \(stranger)"))
        // A daemon that was not reloaded yet, or not this one.
        case 404: break
        case let status:
            add(
                .problem(
                    Self.staffCheck, "the daemon does not refuse \(header) from \(stranger): it answers \(status)",
                    remedy: "reload or restart it, so that it goes by the configuration that was checked here"))
        }
    }
}
