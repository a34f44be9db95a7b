internal import Events

/// What the page *Messages* lists.
enum MessageTables {
    static var markdown: String {
        let profiler = MessageRules.profiler.members
        let tables =
            [limits, columns(profiler)] + inside(profiler) + [columns(MessageRules.everyKind)]
            + MessageRules.kinds.map { columns($0.members) }
        return tables.map(\.description).joined(separator: "\n")
    }

    /// Of a message as a whole.
    private static var limits: MarkdownTable {
        func reason(_ reason: Rejection.Reason) -> String { code(reason.rawValue) }
        let bytes = grouped(Int64(DecodingLimits().maximumMessageBytes))
        let hours = DecodingLimits.futureTolerance / (3600 * 1_000_000)
        let day = RFC3339.text(DecodingLimits.earliestTime).prefix(10)
        var table = MarkdownTable("what", "limit", "beyond it")
        table.add("body", "\(bytes) bytes (`ingest.max_message_bytes`)", reason(.tooLarge))
        table.add(
            "objects and arrays inside each other, the outermost included", "\(DecodingLimits.maximumDepth)",
            reason(.tooDeep))
        table.add("earliest time of a message", String(day), reason(.timeOutOfRange))
        table.add("latest time of a message", "\(hours) hours after now", reason(.timeOutOfRange))
        table.add("errors of a message in words", "\(Rejection.keptPerMessage)", "only counted")
        table.add("warnings of a message in words", "\(Warning.keptPerMessage)", "only counted")
        return table
    }

    private static func columns(_ members: [MemberRule]) -> MarkdownTable {
        var table = MarkdownTable("member", "type", "limits", "required", "column", "what it is")
        for rule in members {
            table.add(
                code(rule.name), type(of: rule.value), limits(of: rule.value), required(rule), code(rule.column),
                rule.meaning)
        }
        return table
    }

    /// A table for each object inside; those that are the same have one.
    private static func inside(_ members: [MemberRule]) -> [MarkdownTable] {
        var tables: [MarkdownTable] = []
        for rule in members.compactMap({ object(in: $0.value) }) {
            var table = MarkdownTable("member", "type", "limits", "required", "what it is")
            for member in rule.members {
                let isOneOf = rule.oneOf.contains(member.name)
                table.add(
                    code(member.name), type(of: member.value), limits(of: member.value),
                    isOneOf ? "one of these" : required(member), member.meaning)
            }
            if !tables.contains(where: { $0.description == table.description }) { tables.append(table) }
        }
        return tables
    }

    /// The object that a value is or has as its entries.
    private static func object(in value: ValueRule) -> ObjectRule? {
        switch value {
        case .object(let rule), .array(_, .object(let rule)): rule
        default: nil
        }
    }

    private static func required(_ rule: MemberRule) -> String {
        switch rule.presence {
        case .optional: "no"
        case .required: "**yes**"
        case .requiredUnless(let member, let word): "**yes**, unless \(code(member)) is \(code(word))"
        }
    }

    private static func type(of value: ValueRule) -> String {
        switch value {
        case .text, .version, .address: "text"
        case .textOrInteger: "text or integer"
        case .scalar: "text, number or boolean"
        case .integer, .integerID: "integer"
        case .number: "number"
        case .words: "word"
        case .boolean: "boolean"
        case .time: "[time](#times)"
        case .object, .map, .freeObject: "object"
        case .array: "array"
        }
    }

    private static func limits(of value: ValueRule) -> String {
        switch value {
        case .text(let length), .version(let length): return characters(length)
        case .textOrInteger(let length): return "\(characters(length)), or 64 bits"
        case .scalar(let length): return "at most \(grouped(Int64(length.upperBound))) characters, read as text"
        case .integer(let range), .integerID(let range):
            return "\(grouped(range.lowerBound)) to \(grouped(range.upperBound))"
        case .number(let range):
            let lowest = grouped(Int64(range.lowerBound))
            let isBounded = range.upperBound < .greatestFiniteMagnitude
            return isBounded ? "\(lowest) to \(grouped(Int64(range.upperBound)))" : "\(lowest) or more"
        case .words(let words, let ending):
            let listed = words.map(code).joined(separator: ", ")
            return ending.map { "\(listed), or a word that ends in \(code($0))" } ?? listed
        case .boolean: return "`true`, `false`"
        case .time: return ""
        case .address: return "an IPv4 or IPv6 address"
        case .object: return "see below"
        case .freeObject(let maximum): return "at most \(grouped(Int64(maximum))) bytes of JSON"
        case .map(let name, let maximum, let value):
            let count = maximum.map { "at most \($0) members" }
            let names = name.map { "names of \(characters($0))" }
            let each = "each a \(type(of: value)), \(limits(of: value))"
            return [count, names, each].compactMap(\.self).joined(separator: "; ")
        case .array(let maximum, _): return "at most \(maximum) entries, see below"
        }
    }

    private static func characters(_ length: ClosedRange<Int>) -> String {
        let most = grouped(Int64(length.upperBound))
        return length.lowerBound == 0 ? "at most \(most) characters" : "\(length.lowerBound) to \(most) characters"
    }

    /// With commas between the thousands.
    private static func grouped(_ number: Int64) -> String {
        var digits = Array(String(number.magnitude))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return (number < 0 ? "-" : "") + String(digits)
    }
}
