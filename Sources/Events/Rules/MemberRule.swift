/// What a known member of a message may hold; the schema documents and the tests of the decoder are made from it.
package struct MemberRule: Sendable {
    package enum Presence: Sendable, Equatable {
        /// May be absent or null, which is the same.
        case optional
        case required
        /// Required unless another member holds this word.
        case requiredUnless(member: String, is: String)
    }

    package let name: String
    package let value: ValueRule
    package let presence: Presence
    package let meaning: String
    /// Where a stored message has it; of a member of another object, the column of that one.
    package let column: String

    /// `column` is left out where it has the member's name.
    init(
        _ name: some MemberName, _ value: ValueRule, _ meaning: String, _ presence: Presence = .optional,
        in column: String? = nil
    ) {
        self.name = "\(name.name)"
        self.value = value
        self.presence = presence
        self.meaning = meaning
        self.column = column ?? self.name
    }
}

package indirect enum ValueRule: Sendable {
    /// A string of so many Unicode scalars.
    case text(ClosedRange<Int>)
    /// The same; whoever has it as a number may send that.
    case version(ClosedRange<Int>)
    /// A string of so many Unicode scalars, or an integer of 64 bits.
    case textOrInteger(ClosedRange<Int>)
    /// A string of so many Unicode scalars, or a number or a boolean, which is read as its text.
    case scalar(ClosedRange<Int>)
    case integer(ClosedRange<Int64>)
    /// An integer that names something, which is never rounded.
    case integerID(ClosedRange<Int64>)
    case number(ClosedRange<Double>)
    /// One of these; or, where there is an ending, any longer word with it.
    case words([String], ending: String? = nil)
    case boolean
    /// RFC 3339, any offset, at most 9 fractional digits.
    case time
    /// IPv4 or IPv6.
    case address
    case object(ObjectRule)
    /// Any object, whose JSON text has at most so many bytes.
    case freeObject(maximumBytes: Int)
    /// An object whose names are data; nil where there is no limit.
    case map(name: ClosedRange<Int>?, maximum: Int?, ValueRule)
    case array(maximum: Int, ValueRule)
}

/// The known members of an object; unknown ones are allowed everywhere.
package struct ObjectRule: Sendable {
    package let members: [MemberRule]
    /// At least one of these is there; empty where that does not matter.
    package let oneOf: [String]

    init(_ members: [MemberRule], oneOf: [String] = []) {
        self.members = members
        self.oneOf = oneOf
    }
}

/// One kind of intelligence event: exactly one of the deciding members is there, and the members of that kind are checked.
package struct KindRule: Sendable {
    package let name: String
    /// The first is the deciding one.
    package let members: [MemberRule]

    package var decidingMember: String { members[0].name }
}
