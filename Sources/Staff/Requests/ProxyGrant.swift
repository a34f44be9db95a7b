/// Whom a reverse proxy's word gives a role: a group, `user:NAME`, or `@DOMAIN` for each user whose name ends in it.
///
/// A group and a user never stand for each other, so that nobody gets a role by the name he has chosen.
package enum ProxyGrant: Sendable, Hashable {
    case group(String)
    case user(String)
    case domain(String)

    /// - Returns: Nil for what can be none of them.
    package init?(_ text: some StringProtocol) {
        if text.hasPrefix("user:") {
            let name = text.dropFirst(5)
            guard StaffName.isValid(name) else { return nil }
            self = .user(String(name))
        } else if text.hasPrefix("@") {
            guard text.utf8.count > 1, StaffName.isValid("x\(text)"), !text.dropFirst().contains("@") else {
                return nil
            }
            self = .domain(String(text.dropFirst()))
        } else {
            guard Self.isGroup(text) else { return nil }
            self = .group(String(text))
        }
    }

    /// Visible ASCII without a comma; spaces inside: `Domain Users`.
    static func isGroup(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, first != 0x20, !text.hasSuffix(" ") else { return false }
        return bytes.count <= 256 && bytes.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") }
    }

    /// Compared byte by byte; a domain with what follows the one `@`.
    func fits(user: String, groups: Set<String>) -> Bool {
        switch self {
        case .group(let name): return groups.contains(name)
        case .user(let name): return user == name
        case .domain(let name):
            let parts = user.split(separator: "@", omittingEmptySubsequences: false)
            return parts.count == 2 && !parts[0].isEmpty && parts[1] == name
        }
    }
}
