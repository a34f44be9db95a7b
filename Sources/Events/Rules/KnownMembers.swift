/// The names of members that have a meaning of their own, and can be no declared dimensions.
package enum KnownMembers {
    package static let names =
        ProfilerMember.allCases.map { "\($0.name)" } + IntelligenceMember.allCases.map { "\($0.name)" }
}
