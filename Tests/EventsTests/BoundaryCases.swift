import Events

/// Values at and just beyond what a rule allows, made from the rule; as JSON text. `refused` is what strict checks refuse.
struct BoundaryCases {
    var accepted: [String] = []
    var refused: [String] = []

    init(_ rule: ValueRule) {
        switch rule {
        case .text(let length), .version(let length):
            addLengths(length)
            refused = refused + ["7", "true", "[]", "{}"]
        case .textOrInteger(let length):
            addLengths(length)
            accepted += ["0", "-5", "\(Int64.min)", "\(UInt64.max)", "12.0"]
            refused += ["1.5", "\(UInt64.max)0", "-\(UInt64.max)", "false", "[]", "{}"]
        case .scalar(let length):
            addLengths(1...length.upperBound)
            refused.removeAll { $0 == #""""# }
            accepted += [#""""#, "7", "2.5", "true"]
            refused += ["[]", "{}"]
        case .integer(let range), .integerID(let range):
            accepted = ["\(range.lowerBound)", "\(range.upperBound)", "\(range.lowerBound + 1).0"]
            refused = ["\(range.lowerBound - 1)", "\(range.lowerBound).5", "1e300", #""1""#, "true", "[]"]
            refused.append(range.upperBound == .max ? "\(UInt64(range.upperBound) + 1)" : "\(range.upperBound + 1)")
        case .number(let range):
            accepted = [
                "\(range.lowerBound)", "\(range.upperBound)", "\(Int64(range.lowerBound))",
                "\(range.lowerBound.nextUp)",
            ]
            refused = ["\(range.lowerBound - 0.001)", "-1", "1e400", #""1""#, "false", "{}"]
            if range.upperBound < .greatestFiniteMagnitude { refused.append("\(range.upperBound.nextUp)") }
        case .words(let words, let ending):
            accepted = (words + (ending.map { ["a\($0)"] } ?? [])).map(Self.quoted)
            if let ending { refused = [ending, "a\(ending)d"].map(Self.quoted) }
            refused +=
                words.map { Self.quoted($0 + "x") } + words.map { Self.quoted($0.swappedCase) } + [#""""#, "1", "true"]
        case .boolean:
            accepted = ["true", "false"]
            refused = ["0", "1", #""true""#, "[]"]
        case .time:
            accepted = [
                #""2026-02-09T12:00:00Z""#, #""2026-02-09t12:00:00.123456789+05:30""#, #""2024-02-29 23:59:59-00:00""#,
            ]
            refused = [
                #""2026-02-30T12:00:00Z""#, #""2026-02-09T12:00:00""#, #""2026-02-09T12:00:00.1234567890Z""#,
                #""2026-02-09""#,
                #""""#, "1770638400", "true",
            ]
        case .address:
            accepted = [#""203.0.113.7""#, #""2001:db8::1""#]
            refused = [#""203.0.113.256""#, #""fe80::1%eth0""#, #""""#, "1", "[]"]
        case .object(let rule):
            accepted = [Self.object(rule, [:])]
            refused = ["[1]", "1", #""x""#]
            for member in rule.members { add(member, of: rule) }
            for name in rule.oneOf where rule.oneOf.count == 1 { refused.append(Self.object(rule, [name: nil])) }
            if rule.oneOf.count > 1 {
                refused.append(Self.object(rule, Dictionary(uniqueKeysWithValues: rule.oneOf.map { ($0, nil) })))
            }
        case .freeObject(let maximum):
            func object(_ bytes: Int) -> String { #"{"a":"\#(String(repeating: "x", count: bytes - 8))"}"# }
            accepted = ["{}", "[]", object(maximum)]
            refused = [object(maximum + 1), "[1]", "1", #""x""#]
        case .map(let name, let maximum, let value): addMaps(name, maximum, value)
        case .array(let maximum, let value):
            let element = Self.good(value)
            accepted = ["[]", "[\(Self.repeated(element, maximum))]"]
            refused = ["[\(Self.repeated(element, maximum + 1))]", "{}", "1", "[null]"]
            let cases = BoundaryCases(value)
            accepted += cases.accepted.map { "[\($0)]" }
            refused += cases.refused.map { "[\(element),\($0)]" }
        }
    }

    /// An optional member may be an empty string.
    init(_ member: MemberRule) {
        self.init(member.value)
        guard member.presence == .optional, refused.contains(Self.empty) else { return }
        refused.removeAll { $0 == Self.empty }
        accepted.append(Self.empty)
    }

    private static let empty = #""""#

    private mutating func addLengths(_ length: ClosedRange<Int>) {
        for scalar in ["x", "é", "😀"] {
            accepted += [length.lowerBound, length.upperBound].map { Self.quoted(String(repeating: scalar, count: $0)) }
            refused.append(Self.quoted(String(repeating: scalar, count: length.upperBound + 1)))
        }
        if length.lowerBound > 0 { refused.append(Self.quoted(String(repeating: "x", count: length.lowerBound - 1))) }
    }

    private mutating func add(_ member: MemberRule, of rule: ObjectRule) {
        // Where one of several members must be there, the first one is.
        let cases = rule.oneOf.first == member.name ? BoundaryCases(member.value) : BoundaryCases(member)
        accepted += cases.accepted.map { Self.object(rule, [member.name: $0]) }
        refused += cases.refused.map { Self.object(rule, [member.name: $0]) }
        if member.presence == .required { refused += [nil, "null"].map { Self.object(rule, [member.name: $0]) } }
    }

    private mutating func addMaps(_ name: ClosedRange<Int>?, _ maximum: Int?, _ value: ValueRule) {
        let good = Self.good(value)
        let cases = BoundaryCases(value)
        accepted = ["{}", #"{"a":null}"#] + cases.accepted.map { #"{"a":\#($0)}"# }
        accepted.append("[]")
        refused = ["1"] + cases.refused.map { #"{"a":\#($0)}"# }
        if let name {
            accepted += [name.lowerBound, name.upperBound].map {
                "{\(Self.quoted(String(repeating: "é", count: $0))):\(good)}"
            }
            refused += [name.lowerBound - 1, name.upperBound + 1].map {
                "{\(Self.quoted(String(repeating: "é", count: $0))):\(good)}"
            }
        }
        if let maximum {
            func entries(_ count: Int) -> String {
                "{" + (0..<count).map { "\"m\($0)\":\(good)" }.joined(separator: ",") + "}"
            }
            accepted.append(entries(maximum))
            refused.append(entries(maximum + 1))
        }
    }
}

extension BoundaryCases {
    /// One value that the rule allows.
    static func good(_ rule: ValueRule) -> String {
        switch rule {
        case .text(let length), .version(let length), .textOrInteger(let length), .scalar(let length):
            quoted(String(repeating: "x", count: max(1, length.lowerBound)))
        case .integer(let range), .integerID(let range): "\(range.lowerBound)"
        case .number(let range): "\(range.lowerBound)"
        case .words(let words, _): quoted(words[0])
        case .boolean: "true"
        case .time: #""2026-02-09T12:00:00Z""#
        case .address: #""203.0.113.7""#
        case .object(let rule): object(rule, [:])
        case .map, .freeObject: "{}"
        case .array: "[]"
        }
    }

    /// An object with everything it must have; `changes` puts other values in, or, where nil, leaves a member out.
    static func object(_ rule: ObjectRule, _ changes: [String: String?]) -> String {
        let needed = rule.members.filter { $0.presence == .required }.map(\.name) + rule.oneOf.prefix(1)
        return object(rule.members, needed, changes)
    }

    static func object(_ members: [MemberRule], _ needed: [String], _ changes: [String: String?]) -> String {
        var parts: [String] = []
        for member in members {
            if let change = changes[member.name] {
                if let change { parts.append("\"\(member.name)\":\(change)") }
            } else if needed.contains(member.name) {
                parts.append("\"\(member.name)\":\(good(member.value))")
            }
        }
        return "{" + parts.joined(separator: ",") + "}"
    }

    private static func quoted(_ text: String) -> String { "\"\(text)\"" }

    private static func repeated(_ element: String, _ count: Int) -> String {
        Array(repeating: element, count: count).joined(separator: ",")
    }
}

extension String {
    fileprivate var swappedCase: String { self == uppercased() ? lowercased() : uppercased() }
}
