package import Files

/// Whom a request is from when a reverse proxy in front says so in a header.
///
/// It goes by the peer of the connection, never by what a header says of it.
package struct ProxyRules: Sendable {
    /// The second header, where one is configured: for peers that share an address.
    package static let secretHeader = "X-Alidade-Proxy-Secret"

    package var networks: [PeerNetwork]
    package var acceptsSocket: Bool
    /// Nil where proxies only pass requests on, and members log in by themselves.
    package var userHeader: String?
    package var groupsHeader: String?
    package var grants: [StaffRole: [ProxyGrant]]
    package var secret: Secret?

    package init(
        networks: [PeerNetwork] = [], acceptsSocket: Bool = false, userHeader: String? = nil,
        groupsHeader: String? = nil, grants: [StaffRole: [ProxyGrant]] = [:], secret: Secret? = nil
    ) {
        self.networks = networks
        self.acceptsSocket = acceptsSocket
        self.userHeader = userHeader
        self.groupsHeader = groupsHeader
        self.grants = grants
        self.secret = secret
    }

    package enum Verdict: Sendable, Equatable {
        /// No proxy is configured to say who somebody is, or this is none and says nothing: the staff file decides.
        case notAsked
        case member(name: String, roles: Set<StaffRole>)
        /// 401: the proxy has let through somebody whom it does not name.
        case unauthenticated(Absence)
        /// 403.
        case forbidden(Reason)
    }

    package enum Absence: Sendable, Equatable { case noHeader, emptyHeader }

    package enum Reason: Sendable, Equatable {
        /// A header that only a proxy may send, from somebody else: worth a line in the log.
        case stranger(header: String)
        case repeated(header: String)
        /// Some proxies drop `X-User` from outside and let `X_User` through.
        case underscore(header: String)
        /// Not a name: a comma, a space, something longer.
        case badName
        case badGroups
        case noSecret
        case wrongSecret
        /// A known user without a role, and the groups that came.
        case noRole(name: String, groups: [String])
    }

    private static let longestGroups = 8192
    private static let mostGroups = 500

    /// Whether this is one of the reverse proxies.
    package func isProxy(_ peer: Peer) -> Bool {
        switch peer {
        case .socket: acceptsSocket
        case .unknown: false
        case .address(let address): networks.contains { $0.contains(address) }
        }
    }

    /// - Parameter headers: All of the request, in order, each occurrence for itself.
    package func judge(peer: Peer, headers: [(name: String, value: String)]) -> Verdict {
        guard let userHeader else { return .notAsked }
        func values(_ name: String) -> [String] { headers.filter { Self.isSame($0.name, name) }.map(\.value) }
        let ours = [userHeader, groupsHeader, Self.secretHeader].compactMap(\.self)
        guard isProxy(peer) else {
            let forged = headers.first { header in
                ours.contains { Self.isSame(Self.dashed(header.name), Self.dashed($0)) }
            }
            return forged.map { .forbidden(.stranger(header: Self.shown($0.name))) } ?? .notAsked
        }
        if let odd = headers.first(where: { $0.name.utf8.contains(UInt8(ascii: "_")) }) {
            return .forbidden(.underscore(header: Self.shown(odd.name)))
        }
        for name in ours where values(name).count > 1 { return .forbidden(.repeated(header: name)) }
        if let secret {
            guard let shown = values(Self.secretHeader).first else { return .forbidden(.noSecret) }
            guard Digest.isSame(Digest.sha256(Array(shown.utf8)), Digest.sha256(Array(secret.value.utf8))) else {
                return .forbidden(.wrongSecret)
            }
        }
        guard let name = values(userHeader).first else { return .unauthenticated(.noHeader) }
        if name.isEmpty { return .unauthenticated(.emptyHeader) }
        guard StaffName.isValid(name) else { return .forbidden(.badName) }
        guard let groups = Self.groups(groupsHeader.flatMap { values($0).first } ?? "") else {
            return .forbidden(.badGroups)
        }
        return verdict(name, groups)
    }

    private func verdict(_ name: String, _ groups: [String]) -> Verdict {
        let known = Set(groups)
        var roles = Set(grants.filter { $0.value.contains { $0.fits(user: name, groups: known) } }.keys)
        guard !roles.isEmpty else { return .forbidden(.noRole(name: name, groups: groups)) }
        roles.insert(.analyst)
        return .member(name: name, roles: roles)
    }

    /// Nil for a list that is none.
    private static func groups(_ text: String) -> [String]? {
        guard text.utf8.count <= longestGroups else { return nil }
        let parts = text.split(separator: ",").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
        guard parts.count <= mostGroups, parts.allSatisfy(ProxyGrant.isGroup) else { return nil }
        return parts
    }

    private static func isSame(_ one: String, _ other: String) -> Bool { one.lowercased() == other.lowercased() }

    private static func dashed(_ name: String) -> String { String(name.map { $0 == "_" ? "-" : $0 }) }

    /// What came from outside, for a log and a page.
    private static func shown(_ name: String) -> String { String(name.prefix(64)) }
}
