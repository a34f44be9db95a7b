/// Somebody who is logged in.
package struct Session: Sendable, Equatable {
    package enum Entrance: String, Sendable { case password, link }

    /// May be shown; it opens nothing.
    package let id: String
    /// As in the staff file when it began: ``SessionBook/keep(only:)`` ends it when that changes.
    package let member: StaffMember
    /// From where it began.
    package let peer: String
    package let entrance: Entrance
    /// Microseconds since the epoch.
    package let began: Int64
    package private(set) var lastUse: Int64
    /// What tokens of its forms are made with.
    package let formKey: FormKey

    package var name: String { member.name }
    package var roles: Set<StaffRole> { member.roles }
}

/// What the cookie of a session holds. Nothing prints it.
package struct SessionToken: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    static let length = 32
    /// For the cookie: 64 hexadecimal digits.
    package let text: String

    let print: [UInt8]

    init() {
        let bytes = RandomBytes.make(Self.length)
        text = Hexadecimal.text(bytes)
        print = Digest.sha256(bytes)
    }

    /// - Returns: Nil for what no token looks like.
    package init?(_ text: some StringProtocol) {
        guard let bytes = Hexadecimal.bytes(text, count: Self.length) else { return nil }
        self.text = String(text)
        print = Digest.sha256(bytes)
    }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
}

extension Session {
    mutating func use(at time: Int64) { lastUse = max(lastUse, time) }
}
