internal import DaemonSettings
internal import Dashboard
internal import Files
internal import Staff
internal import Store
internal import TimeZones

extension Settings {
    /// Reads the staff file and the proxy's secret, too.
    ///
    /// - Throws: Everything in `dashboard` that cannot be meant, a line for each.
    func dashboardSettings() throws(SettingsErrors) -> DashboardSettings {
        var mistakes = DashboardMistakes(self)
        let url = mistakes.url()
        let proxy = mistakes.proxy()
        let staff = mistakes.staff()
        mistakes.checkSocket()
        mistakes.checkLogoutURL()
        if !mistakes.lines.isEmpty { throw SettingsErrors(lines: mistakes.lines) }
        return DashboardSettings(
            url: url, staff: staff,
            sessions: SessionBook.Limits(
                lifetime: .seconds(dashboard.sessionHours * 3600), idle: .seconds(dashboard.idleMinutes * 60)),
            proxy: proxy, logoutURL: dashboard.proxy.logoutURL, links: links,
            timeZone: (try? TimeZoneDatabase.zone(named: dashboard.timeZone)) ?? .utc,
            refresh: dashboard.refreshSeconds == 0 ? nil : .seconds(dashboard.refreshSeconds),
            mayReveal: dashboard.reveal == .operators)
    }

    /// Where `alidade staff link` leaves what the daemon redeems: beside the store, where both may write; nil where it has no folder.
    var links: OneTimeLinks? {
        guard let store = StoreOpening.store(at: store.url), store.folder != nil else { return nil }
        return OneTimeLinks(path: "\(store.name)-links")
    }

    /// What is allowed, and what somebody should think about; for `config check`, the doctor and the daemon's start.
    var dashboardWarnings: [String] {
        guard dashboard.staffFile != nil || dashboard.proxy.userHeader != nil else { return [] }
        var warnings: [String] = []
        let listener = http.address.flatMap { PeerAddress($0.host) }
        let isPublic = http.address != nil && listener?.isLoopback != true && http.address?.host != "localhost"
        let isPlain = dashboard.url.map { DashboardURL($0)?.isSecure == false } ?? false
        if isPlain, isPublic {
            warnings.append(
                "dashboard.url: \(dashboard.url ?? "") is without TLS, and http.listen is \(http.listen): passwords and "
                    + "cookies can be read on the way; put a reverse proxy with TLS in front")
        } else if isPublic, dashboard.url == nil {
            warnings.append(
                "http.listen: \(http.listen) is open to other machines without TLS; they cannot log in until dashboard.url "
                    + "is https://… of a reverse proxy")
        }
        if http.address == nil, http.socket == nil {
            warnings.append("dashboard: there are no pages, as neither http.listen nor http.socket is set")
        }
        if dashboard.url == nil, http.address == nil, http.socket != nil {
            warnings.append("dashboard.url: it is not set, so every request through http.socket is for a wrong host")
        }
        return warnings
    }
}

/// Looks through `dashboard` and gathers what is wrong with it.
private struct DashboardMistakes {
    private let settings: Settings
    private(set) var lines: [String] = []

    init(_ settings: Settings) { self.settings = settings }

    private var dashboard: Settings.Dashboard { settings.dashboard }

    private mutating func add(_ path: String, _ sentence: String) {
        let origin = settings.shown.first { $0.key.path == path }?.origin ?? "default"
        lines.append("\(origin == "default" ? "" : "\(origin): ")\(path): \(sentence)")
    }

    mutating func url() -> DashboardURL? {
        guard let text = dashboard.url else { return nil }
        let url = DashboardURL(text)
        if url == nil { add("dashboard.url", "it is not https://HOST, http://HOST or one of them with :PORT") }
        return url
    }

    mutating func staff() -> StaffFile? {
        guard let path = dashboard.staffFile else { return nil }
        do throws(StaffFileError) { return try StaffFile.read(path) } catch {
            for line in error.lines(path) { add("dashboard.staff_file", line) }
            return nil
        }
    }

    mutating func checkSocket() {
        guard let path = settings.http.socket else { return }
        if !path.hasPrefix("/") || path.hasSuffix("/") {
            return add("http.socket", "it is not the path of a file from / on")
        }
        // What sockaddr_un has room for.
        if path.utf8.count > 107 { add("http.socket", "it is longer than 107 bytes") }
    }

    mutating func checkLogoutURL() {
        guard let text = dashboard.proxy.logoutURL else { return }
        let isPath = text.hasPrefix("/") && !text.hasPrefix("//")
        let isURL = text.hasPrefix("https://") || text.hasPrefix("http://")
        guard isPath || isURL, text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return add("dashboard.proxy.logout_url", "it is not https://…, http://… or a path from / on")
        }
    }

    // MARK: The proxy

    mutating func proxy() -> ProxyRules {
        let proxy = dashboard.proxy
        var rules = ProxyRules(userHeader: proxy.userHeader, groupsHeader: proxy.groupsHeader)
        for peer in proxy.peers {
            if peer == "socket" {
                rules.acceptsSocket = true
                if settings.http.socket == nil {
                    add("dashboard.proxy.peers", "it has socket, and there is none; set http.socket")
                }
                continue
            }
            do throws(PeerNetwork.Problem) { rules.networks.append(try PeerNetwork(peer)) } catch {
                add("dashboard.proxy.peers", "\"\(peer)\" \(error)")
            }
        }
        for (path, header) in [("user_header", proxy.userHeader), ("groups_header", proxy.groupsHeader)] {
            if let header, let flaw = Self.flaw(inHeader: header) { add("dashboard.proxy.\(path)", flaw) }
        }
        rules.grants = [
            .analyst: grants("analysts", proxy.analysts), .operator: grants("operators", proxy.operators),
            .auditor: grants("auditors", proxy.auditors),
        ]
        checkTogether(rules)
        do throws(SettingsErrors) { rules.secret = try proxy.secret() } catch { lines += error.lines }
        return rules
    }

    private mutating func grants(_ key: String, _ texts: [String]) -> [ProxyGrant] {
        texts.compactMap { text in
            let grant = ProxyGrant(text)
            if grant == nil { add("dashboard.proxy.\(key)", "\"\(text)\" is no group, user:NAME or @DOMAIN") }
            return grant
        }
    }

    /// What is fine by itself and impossible together.
    private mutating func checkTogether(_ rules: ProxyRules) {
        let proxy = dashboard.proxy
        let grants = rules.grants.values.joined()
        guard proxy.userHeader != nil else {
            let useless: [(String, Bool)] = [
                ("groups_header", proxy.groupsHeader != nil), ("analysts", !proxy.analysts.isEmpty),
                ("operators", !proxy.operators.isEmpty), ("auditors", !proxy.auditors.isEmpty),
                ("secret_file", proxy.secretFile != nil),
            ]
            for (key, isSet) in useless where isSet {
                add("dashboard.proxy.\(key)", "it counts only where dashboard.proxy.user_header is set")
            }
            return
        }
        if proxy.peers.isEmpty {
            add(
                "dashboard.proxy.user_header",
                "anybody could send it; name the reverse proxy's addresses in dashboard.proxy.peers")
        }
        if proxy.analysts.isEmpty, proxy.operators.isEmpty, proxy.auditors.isEmpty {
            add(
                "dashboard.proxy.user_header",
                "nobody would get in; say who has which role in dashboard.proxy.analysts, operators and auditors")
        }
        if proxy.groupsHeader == nil,
            let group = grants.compactMap({ if case .group(let name) = $0 { name } else { nil } }).min()
        {
            add(
                "dashboard.proxy.groups_header",
                "it is not set, and \"\(group)\" is a group; set it, or write user:\(group) for a user")
        }
        if let groups = proxy.groupsHeader, groups.lowercased() == proxy.userHeader?.lowercased() {
            add("dashboard.proxy.groups_header", "it is the same as dashboard.proxy.user_header")
        }
    }

    /// Names with a meaning of their own, which browsers send or which say where a request came from.
    private static let taken = [
        "authorization", "cookie", "host", "origin", "referer", "user-agent", "x-forwarded-for", "x-forwarded-host",
        "x-forwarded-proto", "forwarded", "x-real-ip",
    ]

    private static func flaw(inHeader name: String) -> String? {
        let isName =
            name.utf8.count <= 64
            && name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
            }
        guard isName else { return "it is no name of a header, of at most 64 letters, digits and -" }
        return taken.contains(name.lowercased()) ? "\(name) has a meaning already; use one such as X-Remote-User" : nil
    }
}
