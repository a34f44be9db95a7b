/// A JSON document that is built before it is written, with its members in the order they were given: for the schema documents.
package indirect enum JSONTree: Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// For the largest integer of 64 bits, which `integer` cannot hold.
    case unsigned(UInt64)
    case number(Double)
    case string(String)
    case array([JSONTree])
    case object([Member])

    package struct Member: Sendable {
        package let name: String
        package let value: JSONTree

        package init(_ name: String, _ value: JSONTree) {
            self.name = name
            self.value = value
        }
    }

    /// The members of an object; none of anything else.
    package var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    /// The same with `more` at the end of an object.
    package func with(_ more: JSONTree) -> JSONTree { .object(members + more.members) }

    /// Indented by two spaces; what fits a line of 100 characters stands in one.
    package func pretty(indent: Int = 0) -> String {
        let flat = compact
        if indent + flat.count <= 100 { return flat }
        let inner = String(repeating: " ", count: indent + 2)
        let outer = String(repeating: " ", count: indent)
        switch self {
        case .array(let values):
            return "[\n" + values.map { inner + $0.pretty(indent: indent + 2) }.joined(separator: ",\n") + "\n\(outer)]"
        case .object(let members):
            let lines = members.map { "\(inner)\(JSONText.quoted($0.name)): \($0.value.pretty(indent: indent + 2))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        default: return flat
        }
    }

    private var compact: String {
        switch self {
        case .null: return "null"
        case .boolean(let value): return "\(value)"
        case .integer(let value): return "\(value)"
        case .unsigned(let value): return "\(value)"
        case .number(let value): return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
        case .string(let value): return JSONText.quoted(value)
        case .array(let values): return "[" + values.map(\.compact).joined(separator: ", ") + "]"
        case .object(let members):
            return "{" + members.map { "\(JSONText.quoted($0.name)): \($0.value.compact)" }.joined(separator: ", ")
                + "}"
        }
    }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(arrayLiteral elements: JSONTree...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONTree)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }

    package static func strings(_ values: some Sequence<String>) -> JSONTree { .array(values.map { .string($0) }) }
}
