internal import Events
internal import HTTPTypes
internal import HTML
internal import Hummingbird
internal import Logging
internal import Staff
internal import Store
internal import Synchronization
internal import Threads

/// Signing in and out: what it takes, and the pages for it. Hashes and files belong to a thread of their own.
final class SignIn: Sendable {
    private let door: Door
    private let throttle = LoginThrottle()
    private let desk = PasswordDesk()
    private let queue: WorkQueue<Void>
    private let work: any StaffWork
    private let logger: Logger
    private let told = Mutex(ContinuousClock.now - .seconds(3600))

    init(_ door: Door, _ work: any StaffWork, logger: Logger) throws(ThreadError) {
        self.door = door
        self.logger = logger
        self.work = work
        queue = try WorkQueue(named: "passwords", limit: 9) {}
    }

    typealias Make = @Sendable (Request, PageContext) async throws -> PageAnswer

    func addRoutes(_ add: (String, [HTTPRequest.Method], @escaping Make) -> Void) {
        add("/login", [.get, .post]) { [self] request, context in
            if request.method == .post { try await signIn(request, context) } else { try page(request, context) }
        }
        add("/login/link/:token", [.get, .post]) { [self] request, context in try await link(request, context) }
        add("/logout", [.post]) { [self] request, context in signOut(request, context) }
    }

    // MARK: Password

    private func page(_ request: Request, _ context: PageContext) throws -> PageAnswer {
        let rules = door.current
        guard rules.settings.staff != nil else {
            throw rules.isShut ? Door.shut : PageFault.notFound("Who comes in is the reverse proxy's business.")
        }
        let next = LoginRules.next(FormValues(encoded: request.uri.query ?? "")?["next"])
        // Who is signed in already goes on.
        if let token = door.cookie(request), door.sessions.session(token) != nil { return .redirect(to: next) }
        return form(next: next, name: "", trouble: transportTrouble(request, context))
    }

    private func signIn(_ request: Request, _ context: PageContext) async throws -> PageAnswer {
        guard let staff = door.current.settings.staff else { throw Door.shut }
        let fields = try await request.form()
        let (name, password) = (fields["name"] ?? "", fields["password"] ?? "")
        let next = LoginRules.next(fields["next"])
        if let trouble = transportTrouble(request, context) {
            return form(403, next: next, name: name, trouble: trouble)
        }
        let peer = Door.peer(context)
        let attempt: LoginThrottle.Attempt
        switch throttle.begin(name: name, peer: door.current.settings.proxy.isProxy(peer) ? nil : Self.address(peer)) {
        case .wait(let seconds):
            tellOfFailures()
            var answer = form(429, next: next, name: name, trouble: "Too many attempts. Try again in \(seconds) s.")
            answer.fields["Retry-After"] = "\(seconds)"
            return answer
        case .goOn(let begun): attempt = begun
        }
        let verdict: PasswordDesk.Answer
        do {
            verdict = try await queue.run { [desk] _ in desk.check(name: name, password: password, in: staff) }
        } catch { verdict = .busy }
        switch verdict {
        case .busy:
            throttle.withdraw(attempt)
            throw PageFault(503, "Too many sign-ins at once", ["Try again in a moment."], fields: ["Retry-After": "2"])
        case .wrong:
            record(.loginFailed, staff[name] == nil ? "unknown" : name, peer)
            tellOfFailures()
            return form(403, next: next, name: name, trouble: "The name or the password is wrong.")
        case .member(let member):
            throttle.succeeded(attempt)
            return begin(member, .password, request, peer, next: next)
        }
    }

    private func begin(
        _ member: StaffMember, _ entrance: Session.Entrance, _ request: Request, _ peer: Peer, next: String
    ) -> PageAnswer {
        // What was signed in with the same cookie before ends.
        if let old = door.cookie(request) { door.sessions.end(old) }
        let token = door.sessions.begin(member, peer: peer.description, entrance: entrance).token
        record(.login, member.name, peer, "{\"by\":\"\(entrance.rawValue)\"}")
        logger.notice(
            "signed in", metadata: ["name": "\(member.name)", "peer": "\(peer)", "by": "\(entrance.rawValue)"])
        return .redirect(to: next, ["Set-Cookie": cookie(token.text, request)])
    }

    private func signOut(_ request: Request, _ context: PageContext) -> PageAnswer {
        if let token = door.cookie(request), let session = door.sessions.end(token) {
            record(.logout, session.name, Door.peer(context))
        }
        let fields = ["Set-Cookie": cookie("", request) + "; Max-Age=0", "Clear-Site-Data": "\"cache\""]
        return .redirect(to: door.current.settings.logoutURL ?? "/login", fields)
    }

    private func cookie(_ value: String, _ request: Request) -> String {
        let name = door.cookieName(request)
        let cookie = Cookie(
            name: name, value: value, path: "/", secure: name.hasPrefix("__Host-"), httpOnly: true, sameSite: .lax)
        return cookie.description
    }

    // MARK: One-time links

    private func link(_ request: Request, _ context: PageContext) async throws -> PageAnswer {
        let rules = door.current
        guard let staff = rules.settings.staff, let links = rules.settings.links else { throw Door.shut }
        let token = context.parameters.get("token") ?? ""
        let isUse = request.method == .post
        if isUse { _ = try await request.form() }
        if let trouble = transportTrouble(request, context) {
            throw PageFault(403, "Not over this connection", [trouble])
        }
        let verdict: OneTimeLinks.Verdict
        do {
            verdict = try await queue.run { _ in
                isUse ? try links.redeem(token, in: staff) : try links.look(token, in: staff)
            }
        } catch let error as OneTimeLinksError {
            throw PageFault(503, "The link cannot be checked", ["\(error)."])
        }
        switch verdict {
        case .member(let member) where isUse:
            return begin(member, .link, request, Door.peer(context), next: LoginRules.start)
        case .member(let member):
            return Layout.plain(200, "Sign in") { html in
                html.element("h1", "Sign in as \(member.name)")
                html.element("p", [.class("note")], "This link works once.")
                html.element("form", [.class("stack"), .attribute("method", "post")]) {
                    $0.element("button", [.flag("autofocus")], "Sign in as \(member.name)")
                }
            }
        case .used: throw Self.stale("This link was used already.")
        case .outdated: throw Self.stale("This link was made more than ten minutes ago.")
        case .unknown: throw Self.stale("This is no link that was made here.")
        case .memberChanged:
            throw Self.stale(
                "The member has another password or role since this link was made, is gone, or is not known yet: after “alidade staff add” the daemon is reloaded once (systemctl reload alidade)."
            )
        }
    }

    private static func stale(_ why: String) -> PageFault {
        PageFault(
            410, "This link no longer works", [why, "“alidade staff link NAME” makes another one."],
            links: [PageFault.Link("Sign in with a password", "/login")])
    }

    // MARK: Words

    /// Passwords and cookies do not cross a network in the open, unless the settings say that they may.
    private func transportTrouble(_ request: Request, _ context: PageContext) -> String? {
        let settings = door.current.settings
        let (url, peer) = (settings.url, Door.peer(context))
        let transport = LoginTransport.judge(
            peer: peer, isProxy: settings.proxy.isProxy(peer), origin: door.origin(of: request), url: url,
            forwardedProto: Door.values(request, "X-Forwarded-Proto"))
        switch transport {
        case .secure, .plain: return nil
        case .refused(.withoutTLS), .refused(.otherScheme):
            return url.map { "This connection is not encrypted. Sign in at \($0.origin)." }
                ?? "This connection is not encrypted. Use a reverse proxy with TLS and set dashboard.url, or an SSH tunnel."
        case .refused(.unknownProxy):
            return "This came through \(peer), which dashboard.proxy.peers does not name."
        }
    }

    private func form(_ status: Int = 200, next: String, name: String, trouble: String?) -> PageAnswer {
        Layout.plain(status, "Sign in") { html in
            html.element("h1", "Sign in")
            if let trouble { html.element("p", [.class("alert"), .attribute("role", "alert")], trouble) }
            html.element("form", [.class("stack"), .attribute("method", "post"), .attribute("action", "/login")]) {
                html in
                html.hidden("next", next)
                html.element("label") { html in
                    html.text("Name")
                    html.void(
                        "input",
                        [
                            .attribute("name", "name"), .attribute("value", name),
                            .attribute("autocomplete", "username"), .flag("required"),
                            .attribute("maxlength", "64"), .flag("autofocus"), .attribute("autocapitalize", "none"),
                            .attribute("spellcheck", "false"),
                        ])
                }
                html.element("label") { html in
                    html.text("Password")
                    html.void(
                        "input",
                        [
                            .attribute("name", "password"), .attribute("type", "password"),
                            .attribute("autocomplete", "current-password"),
                            .flag("required"), .attribute("maxlength", "512"),
                        ])
                }
                html.element("button", "Sign in")
            }
        }
    }

    private func record(_ action: OperationAction, _ name: String, _ peer: Peer, _ detail: String = "{}") {
        work.record(NewOperation(action, detail: detail), by: Operator(name: name, way: .staff, peer: peer.description))
    }

    private static func address(_ peer: Peer) -> PeerAddress? {
        if case .address(let address) = peer { address } else { nil }
    }

    /// Once a minute: whoever guesses must not fill the log.
    private func tellOfFailures() {
        let isDue = told.withLock { told in
            guard told.duration(to: .now) >= .seconds(60) else { return false }
            told = .now
            return true
        }
        guard isDue else { return }
        let (failed, refused) = throttle.takeCounts()
        logger.warning("sign-ins failed", metadata: ["failed": "\(failed)", "refused": "\(refused)"])
    }
}
