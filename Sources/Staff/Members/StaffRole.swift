/// What a member of the staff may do. Roles add up: an operator is an analyst as well.
package enum StaffRole: String, CaseIterable, Sendable {
    /// Reads; personal values are masked.
    case analyst
    /// Sees bodies in quarantine, replays and discards.
    case `operator`
    /// Sees who did what.
    case auditor
}

extension StaffRole {
    package static let words = allCases.map(\.rawValue)

    /// `analyst+operator`, in the order of the declaration.
    package static func text(_ roles: Set<StaffRole>) -> String {
        allCases.filter(roles.contains).map(\.rawValue).joined(separator: "+")
    }

    /// What ``text(_:)`` writes, in any order and with or without `analyst`, which every member is.
    ///
    /// - Throws: The word that is no role; empty where there is none.
    package static func parse(_ text: some StringProtocol) throws(UnknownRole) -> Set<StaffRole> {
        var roles: Set<StaffRole> = [.analyst]
        for word in text.split(separator: "+", omittingEmptySubsequences: false) {
            guard let role = StaffRole(rawValue: String(word)) else { throw UnknownRole(word: String(word)) }
            roles.insert(role)
        }
        return roles
    }
}

package struct UnknownRole: Error, Equatable {
    package let word: String
}
