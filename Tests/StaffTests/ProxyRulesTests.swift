import Files
import Staff
import Testing

@Suite struct ProxyRulesTests {
    private static let rules = ProxyRules(
        networks: [try? PeerNetwork("192.0.2.10")].compactMap(\.self), acceptsSocket: true, userHeader: "X-Remote-User",
        groupsHeader: "X-Remote-Groups",
        grants: [
            .analyst: [.domain("example.com")], .operator: [.group("telemetry ops"), .user("alice")],
            .auditor: [.group("audit")],
        ])
    private static let proxy = PeerAddress("192.0.2.10").map { Peer.address($0) } ?? .socket
    private static let stranger = PeerAddress("192.0.2.11").map { Peer.address($0) } ?? .socket

    typealias Headers = [(name: String, value: String)]

    private func judge(_ headers: Headers, from peer: Peer = Self.proxy, _ rules: ProxyRules = Self.rules)
        -> ProxyRules.Verdict
    {
        rules.judge(peer: peer, headers: [("Host", "telemetry.example.org")] + headers)
    }

    @Test(
        arguments: [
            ("alice", nil, .member(name: "alice", roles: [.analyst, .operator])),
            ("bob", "x, telemetry ops ,audit", .member(name: "bob", roles: [.analyst, .operator, .auditor])),
            ("bob", "audit", .member(name: "bob", roles: [.analyst, .auditor])),
            ("carol@example.com", "", .member(name: "carol@example.com", roles: [.analyst])),
            ("bob", nil, .forbidden(.noRole(name: "bob", groups: []))),
            ("bob", "Audit,telemetry", .forbidden(.noRole(name: "bob", groups: ["Audit", "telemetry"]))),
            // A name that is a group's, and a group that is a user's.
            ("audit", nil, .forbidden(.noRole(name: "audit", groups: []))),
            ("bob", "alice", .forbidden(.noRole(name: "bob", groups: ["alice"]))),
            // A domain is compared whole.
            ("a@example.com.evil", nil, .forbidden(.noRole(name: "a@example.com.evil", groups: []))),
            ("a@evil@example.com", nil, .forbidden(.noRole(name: "a@evil@example.com", groups: []))),
            ("a@EXAMPLE.com", nil, .forbidden(.noRole(name: "a@EXAMPLE.com", groups: []))),
            ("a@sub.example.com", nil, .forbidden(.noRole(name: "a@sub.example.com", groups: []))),
            ("@example.com", nil, .forbidden(.noRole(name: "@example.com", groups: []))),
            ("aexample.com", nil, .forbidden(.noRole(name: "aexample.com", groups: []))),
            // Names that are none.
            ("", nil, .unauthenticated(.emptyHeader)),
            ("alice,bob", nil, .forbidden(.badName)), ("alice ", nil, .forbidden(.badName)),
            ("al\nice", nil, .forbidden(.badName)),
            ("al\u{0}ice", nil, .forbidden(.badName)), ("älice", nil, .forbidden(.badName)),
            ("a/b", nil, .forbidden(.badName)),
            (String(repeating: "a", count: 65), nil, .forbidden(.badName)),
            ("alice", "bad\u{0}group", .forbidden(.badGroups)), ("alice", "bäd", .forbidden(.badGroups)),
            ("alice", String(repeating: "g,", count: 600), .forbidden(.badGroups)),
            ("alice", String(repeating: "g", count: 9000), .forbidden(.badGroups)),
        ] as [(String, String?, ProxyRules.Verdict)])
    func judgesWhatTheProxySays(_ user: String, _ groups: String?, _ verdict: ProxyRules.Verdict) {
        let headers: Headers = [("x-remote-user", user)] + (groups.map { [("X-REMOTE-GROUPS", $0)] } ?? [])
        #expect(judge(headers) == verdict)
        #expect(judge(headers, from: .socket) == verdict)
    }

    @Test func needsTheHeaderFromAProxyAndRefusesItFromOthers() {
        #expect(judge([]) == .unauthenticated(.noHeader))
        #expect(judge([], from: Self.stranger) == .notAsked)
        #expect(
            judge([("X-Remote-User", "alice")], from: Self.stranger) == .forbidden(.stranger(header: "X-Remote-User")))
        #expect(
            judge([("x_remote_user", "alice")], from: Self.stranger) == .forbidden(.stranger(header: "x_remote_user")))
        #expect(
            judge([("X-Remote-Groups", "audit")], from: Self.stranger)
                == .forbidden(.stranger(header: "X-Remote-Groups")))
        #expect(judge([("X-Remote-User", "")], from: Self.stranger) == .forbidden(.stranger(header: "X-Remote-User")))
        #expect(judge([("X-Forwarded-For", "192.0.2.10")], from: Self.stranger) == .notAsked)
        #expect(judge([("X-Remote-User", "alice")], from: .unknown) == .forbidden(.stranger(header: "X-Remote-User")))
        let forged: Headers = [("X-Forwarded-For", "127.0.0.1"), ("X-Remote-User", "alice")]
        #expect(judge(forged, from: Self.stranger) == .forbidden(.stranger(header: "X-Remote-User")))
        for address in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            let peer = PeerAddress(address).map { Peer.address($0) } ?? Self.proxy
            #expect(judge([("X-Remote-User", "alice")], from: peer) == .forbidden(.stranger(header: "X-Remote-User")))
        }
    }

    @Test func wantsEachHeaderOnce() {
        let user: Headers = [("X-Remote-User", "alice")]
        #expect(judge(user + user) == .forbidden(.repeated(header: "X-Remote-User")))
        #expect(judge(user + [("x-remote-user", "bob")]) == .forbidden(.repeated(header: "X-Remote-User")))
        #expect(
            judge(user + [("X-Remote-Groups", "a"), ("X-Remote-Groups", "audit")])
                == .forbidden(.repeated(header: "X-Remote-Groups")))
        #expect(judge(user + [("X_Remote_User", "bob")]) == .forbidden(.underscore(header: "X_Remote_User")))
        #expect(judge(user + [("anything_else", "")]) == .forbidden(.underscore(header: "anything_else")))
    }

    @Test func wantsTheSecretWhereThereIsOne() {
        var rules = Self.rules
        rules.secret = Secret("opensesame")
        let user: Headers = [("X-Remote-User", "alice")]
        func secret(_ value: String) -> Headers { [(ProxyRules.secretHeader, value)] }
        #expect(judge(user, rules) == .forbidden(.noSecret))
        #expect(judge(user + secret("opensesam"), rules) == .forbidden(.wrongSecret))
        #expect(judge(user + secret(""), rules) == .forbidden(.wrongSecret))
        #expect(
            judge(user + secret("opensesame") + secret("opensesame"), rules)
                == .forbidden(.repeated(header: ProxyRules.secretHeader)))
        #expect(judge(user + secret("opensesame"), rules) == .member(name: "alice", roles: [.analyst, .operator]))
        #expect(
            judge(secret("opensesame"), from: Self.stranger, rules)
                == .forbidden(.stranger(header: ProxyRules.secretHeader)))
    }

    @Test func isOffByDefault() {
        let off = ProxyRules()
        #expect(judge([("X-Remote-User", "alice")], off) == .notAsked)
        #expect(!off.isProxy(.socket) && !off.isProxy(Self.proxy))
        var withoutSocket = Self.rules
        withoutSocket.acceptsSocket = false
        #expect(
            judge([("X-Remote-User", "alice")], from: .socket, withoutSocket)
                == .forbidden(.stranger(header: "X-Remote-User")))
    }

    @Test(
        arguments: [
            ("ops", .group("ops")), ("Domain Users", .group("Domain Users")), ("user:alice", .user("alice")),
            ("@example.org", .domain("example.org")), ("CN=ops", .group("CN=ops")), ("", nil), ("@", nil),
            ("user:", nil),
            ("user:a b", nil), ("@a@b", nil), ("a,b", nil), (" ops", nil), ("ops ", nil), ("o\nps", nil), ("öps", nil),
        ] as [(String, ProxyGrant?)])
    func readsGrants(_ text: String, _ grant: ProxyGrant?) { #expect(ProxyGrant(text) == grant) }
}
