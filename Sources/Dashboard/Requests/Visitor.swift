package import Staff

/// Who asks, and how that is known.
package struct Visitor: Sendable, Equatable {
    package enum Way: String, Sendable {
        /// Signed in here.
        case session
        /// Signed in at the reverse proxy.
        case proxy
        /// A program with the token of the settings: it reads, and does nothing.
        case token
    }

    package var name: String
    package var roles: Set<StaffRole>
    package var way: Way
    /// The address of who asks, as the socket says it.
    package var peer: String
    /// What forms of this visitor are signed with.
    package var formKey: FormKey

    package init(name: String, roles: Set<StaffRole>, way: Way, peer: String, formKey: FormKey) {
        self.name = name
        self.roles = roles
        self.way = way
        self.peer = peer
        self.formKey = formKey
    }

    package func may(_ role: StaffRole) -> Bool { roles.contains(role) }
}
