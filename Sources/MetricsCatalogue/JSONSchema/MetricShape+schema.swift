internal import JSON

extension MetricShape {
    /// As JSON Schema. Strict: the document describes this version of the catalogue.
    func schema(_ meaning: String? = nil) -> JSONTree {
        var members: [JSONTree.Member] = []
        if let text = description(meaning) { members.append(JSONTree.Member("description", .string(text))) }
        return JSONTree.object(members).with(type)
    }

    private func description(_ meaning: String?) -> String? {
        switch self {
        case .number(let unit): meaning.map { "\($0) (\(unit))" } ?? unit
        case .map(let of, _): meaning ?? "by \(of)"
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
            Self.closed(members.map { JSONTree.Member($0.name, $0.shape.schema($0.meaning)) })
        case .words(let words, let shape): Self.closed(words.map { JSONTree.Member($0, shape.schema()) })
        case .map(_, let shape): ["type": "object", "additionalProperties": shape.schema()]
        case .array(let shape, let count):
            [
                "type": "array", "minItems": .integer(Int64(count.lowerBound)),
                "maxItems": .integer(Int64(count.upperBound)), "items": shape.schema(),
            ]
        }
    }

    /// An object of exactly these members; of those that `required` leaves out, any may be absent.
    static func closed(_ members: [JSONTree.Member], optional: Set<String> = []) -> JSONTree {
        [
            "type": "object", "properties": .object(members),
            "required": .strings(members.map(\.name).filter { !optional.contains($0) }),
            "additionalProperties": false,
        ]
    }
}
