/// Somebody who may see the pages.
package struct StaffMember: Sendable, Equatable {
    package let name: String
    /// Never empty: whoever is a member is an analyst.
    package let roles: Set<StaffRole>
    /// Nil for a member without a password, who comes in by a link.
    package let password: PasswordHash?

    package init(name: String, roles: Set<StaffRole>, password: PasswordHash?) {
        precondition(StaffName.isValid(name), "a name that is checked")
        self.name = name
        self.roles = roles.union([.analyst])
        self.password = password
    }

    /// As its line in a staff file.
    var line: String { "\(name):\(StaffRole.text(roles)):\(password?.text ?? Self.noPassword)" }

    /// Stands in the place of a hash, as in shadow(5).
    static let noPassword = "!"

    /// Tells whether a member is still the same as when a link was made: another password or role is another print.
    var print: String { Hexadecimal.text(Digest.sha256(Array(line.utf8)).prefix(16)) }
}
