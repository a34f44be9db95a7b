internal import JSON

extension MetricShape {
    /// As JSON Schema. Open: a later version may say more.
    func schema(_ meaning: String? = nil) -> JSONTree {
        var members: [JSONTree.Member] = []
        if let text = description(meaning) { members.append(JSONTree.Member("description", .string(text))) }
        return JSONTree.object(members).with(type)
    }

    /// Of an object the members that are known.
    var properties: JSONTree {
        .object(schema().members.first { $0.name == "properties" }?.value.members ?? [])
    }

    /// Of an object whose names are data what each of them has.
    var innerSchema: JSONTree { if case .map(_, let shape) = self { shape.schema() } else { [:] } }

    private func description(_ meaning: String?) -> String? {
        switch self {
        case .number(let unit): meaning.map { "\($0) (\(unit))" } ?? unit
        case .map(let of, _), .mapWith(let of, _, _): meaning ?? "by \(of)"
        default: meaning
        }
    }

    private var type: JSONTree {
        switch self {
        case .count: ["type": "integer", "minimum": 0]
        case .rate: ["type": ["number", "null"], "minimum": 0, "maximum": 1]
        case .number: ["type": ["number", "null"]]
        case .constant(let value): ["const": .number(value)]
        case .identifier: ["type": "integer", "minimum": 1]
        case .text: ["type": "string"]
        case .optionalBoolean: ["type": ["boolean", "null"]]
        case .object(let members):
            Self.open(members.flatMap(Self.properties))
        case .words(let words, let shape): MetricShape.wordsBeside(words, shape, []).type
        case .wordsBeside(let words, let shape, let others):
            Self.open(words.map { JSONTree.Member($0, shape.schema()) } + others.flatMap(Self.properties))
        case .map(_, let shape): ["type": "object", "additionalProperties": shape.schema()]
        case .mapWith(_, let shape, let members):
            [
                "type": "object", "properties": .object(members.flatMap(Self.properties)),
                "required": .strings(members.map(\.name)), "additionalProperties": shape.schema(),
            ]
        case .array(let shape, let count):
            [
                "type": "array", "minItems": .integer(Int64(count.lowerBound)),
                "maxItems": .integer(Int64(count.upperBound)), "items": shape.schema(),
            ]
        }
    }

    private static func properties(of member: Member) -> [JSONTree.Member] {
        let own = JSONTree.Member(member.name, member.shape.schema(member.meaning))
        guard member.shape.isRate else { return [own] }
        let interval: JSONTree = [
            "description": .string("The 95 % confidence interval (Wilson) of \(member.name), lowest and highest."),
            "type": ["array", "null"], "items": ["type": "number", "minimum": 0, "maximum": 1], "minItems": 2,
            "maxItems": 2,
        ]
        return [own, JSONTree.Member(member.name + MetricValue.intervalEnding, interval)]
    }

    private var isRate: Bool {
        switch self {
        case .rate, .number("ratio"): true
        default: false
        }
    }

    /// An object of these members, and of others that a later version may add; those that are `optional` may be absent.
    static func open(_ members: [JSONTree.Member], optional: Set<String> = []) -> JSONTree {
        [
            "type": "object", "properties": .object(members),
            "required": .strings(members.map(\.name).filter { !optional.contains($0) }),
        ]
    }
}
