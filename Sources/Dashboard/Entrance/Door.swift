internal import Files
internal import HTTPTypes
internal import Hummingbird
package import Logging
internal import NIOCore
internal import Staff
internal import Synchronization
internal import Threads
internal import TimeZones

/// Decides who comes in. Nothing of it touches the disk; what does is in ``SignIn``.
package final class Door: Sendable {
    private let rules: Mutex<DoorRules>
    let sessions: SessionBook
    private let host: Mutex<(host: String, port: Int)?>
    /// Made anew with each start: what a proxy's visitors sign forms with.
    private let proxyKey = FormKey()
    private let logger: Logger

    package init(_ rules: DoorRules, logger: Logger) {
        self.rules = Mutex(rules)
        sessions = SessionBook(rules.settings.sessions)
        host = Mutex(nil)
        self.logger = logger
    }

    /// Takes up other rules; sessions of members whose line is another one end.
    package func use(_ new: DoorRules) {
        rules.withLock { $0 = new }
        sessions.limit(to: new.settings.sessions)
        let ended = sessions.keep(only: new.settings.staff ?? StaffFile())
        for session in ended {
            logger.notice("a session ended, as its member has changed", metadata: ["name": "\(session.name)"])
        }
    }

    /// What the listener came to.
    func listens(at host: String, port: Int) { self.host.withLock { $0 = (host, port) } }

    var current: DoorRules { rules.withLock { $0 } }
    var zone: TimeZone { current.settings.timeZone }

    // MARK: Host and origin

    func checkHost(_ request: Request, _ context: PageContext) throws(PageFault) {
        // Over a socket of the file system there is no name to rebind; the proxy says which host was asked for.
        if context.peer == .socket, current.settings.url == nil { return }
        guard hostRules.allows(Self.hosts(request)) else {
            throw PageFault(
                421, "This address is not served here",
                ["These pages answer under the address that the settings name: dashboard.url, or http.listen."])
        }
    }

    func checkOrigin(_ request: Request) throws(PageFault) {
        let own = Self.hosts(request).first.flatMap { hostRules.origin(of: $0) }
        let verdict = OriginRules.judge(
            secFetchSite: Self.values(request, "Sec-Fetch-Site"), origin: Self.values(request, "Origin"), own: own)
        guard verdict == .allowed else {
            throw PageFault(403, "This came from another page", ["Nothing was done. Open the page here and try again."])
        }
    }

    /// As a browser sees these pages; nil where the host is none of ours.
    func origin(of request: Request) -> String? { Self.hosts(request).first.flatMap { hostRules.origin(of: $0) } }

    private var hostRules: HostRules { HostRules(url: current.settings.url, listener: host.withLock { $0 }) }

    /// Every occurrence: the first one is the authority, any other is a field.
    private static func hosts(_ request: Request) -> [String] {
        (request.head.authority.map { [$0] } ?? []) + values(request, "Host")
    }

    static func values(_ request: Request, _ name: String) -> [String] {
        HTTPField.Name(name).map { request.headers[values: $0] } ?? []
    }

    // MARK: Who

    /// Who asks. Throws what is answered where nobody known does: the way to the login, or why not.
    func visitor(of request: Request, _ context: PageContext, _ format: PageFormat, isUse: Bool = true)
        throws(PageFault) -> Visitor
    {
        let rules = current
        let peer = Self.peer(context)
        switch rules.settings.proxy.judge(peer: peer, headers: request.headers.map { ($0.name.rawName, $0.value) }) {
        case .notAsked: break
        case .member(let name, let roles):
            return Visitor(
                name: name, roles: roles, way: .proxy, peer: peer.description, formKey: proxyKey.derived(for: name))
        case .unauthenticated:
            throw PageFault(
                401, "The proxy names nobody",
                ["The reverse proxy let this request through and did not say who it is from."])
        case .forbidden(let reason):
            logger.warning("a request was refused", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
            throw Self.fault(reason)
        }
        if let visitor = bearer(request, rules, peer) { return visitor }
        guard !rules.isShut else { throw Self.shut }
        if let token = cookie(request), let session = sessions.session(token, isUse: isUse) {
            return Visitor(
                name: session.name, roles: session.roles, way: .session, peer: peer.description,
                formKey: session.formKey)
        }
        guard format == .html, request.method == .get || request.method == .head else {
            throw PageFault(401, "You are not signed in", ["Sign in, or show a token: Authorization: Bearer TOKEN."])
        }
        let next = PageURL("/login", ["next": request.head.path ?? ""])
        throw PageFault(
            303, "Sign in", [], links: [PageFault.Link("Sign in", next.text)], fields: ["Location": next.text])
    }

    private func bearer(_ request: Request, _ rules: DoorRules, _ peer: Peer) -> Visitor? {
        guard let token = rules.token, let shown = request.headers[.authorization] else { return nil }
        let parts = shown.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", ConstantTime.isSame(parts[1], token.value) else {
            return nil
        }
        return Visitor(name: "token", roles: [.analyst], way: .token, peer: peer.description, formKey: FormKey())
    }

    /// Behind TLS it has the prefix that browsers take from nobody else.
    func cookieName(_ request: Request) -> String {
        origin(of: request)?.hasPrefix("https:") == true ? "__Host-alidade" : "alidade"
    }

    func cookie(_ request: Request) -> SessionToken? {
        request.cookies[cookieName(request)].flatMap { SessionToken($0.value) }
    }

    static func peer(_ context: PageContext) -> Peer { context.peer }

    // MARK: Why not

    static let shut = PageFault(
        404, "The pages are off",
        [
            "Nobody may see them yet. Make a staff file with “alidade staff add NAME” and name it in the settings as dashboard.staff_file, or configure a reverse proxy under dashboard.proxy."
        ])

    static func missing(_ roles: [StaffRole], _ visitor: Visitor) -> PageFault {
        PageFault(
            403, "You may not see this",
            [
                "This page needs the role \(roles.map(\.rawValue).joined(separator: " or ")), and \(visitor.name) has \(StaffRole.text(visitor.roles)).",
                visitor.way == .proxy
                    ? "Roles come from groups at the reverse proxy; dashboard.proxy in the settings says which."
                    : "Who looks after Alidade can add the role in the staff file.",
            ], links: [PageFault.Link("The overview", "/telemetry/")])
    }

    private static func fault(_ reason: ProxyRules.Reason) -> PageFault {
        guard case .noRole(let name, let groups) = reason else {
            return PageFault(403, "This request is refused", ["Its headers are not those of a known reverse proxy."])
        }
        let came =
            groups.isEmpty
            ? "No group came with the request." : "The groups that came are \(groups.joined(separator: ", "))."
        return PageFault(
            403, "You have no role here",
            [
                "\(name) is signed in, and none of dashboard.proxy.analysts, operators and auditors names the user or a group.",
                came,
            ])
    }
}
