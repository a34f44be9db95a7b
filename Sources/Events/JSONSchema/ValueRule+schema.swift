internal import JSON

extension ValueRule {
    /// As JSON Schema; `isNullable` where null means absent.
    func schema(isNullable: Bool) -> JSONTree {
        switch self {
        case .text(let length), .version(let length):
            return Self.typed(["string"], isNullable).with(Self.limits(length))
        case .textOrInteger(let length):
            return Self.typed(["string", "integer"], isNullable).with(Self.limits(length)).with([
                "minimum": .integer(.min), "maximum": .unsigned(.max),
            ])
        case .scalar(let length):
            return Self.typed(["string", "number", "boolean"], isNullable).with([
                "maxLength": .integer(Int64(length.upperBound))
            ])
        case .integer(let range), .integerID(let range):
            return Self.typed(["integer"], isNullable).with([
                "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
            ])
        case .number(let range):
            return Self.typed(["number"], isNullable).with([
                "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound),
            ])
        case .words(let words, let ending):
            let listed: JSONTree = ["enum": .array(words.map { .string($0) } + (isNullable ? [.null] : []))]
            guard let ending else { return listed }
            return ["anyOf": [listed, ["type": "string", "pattern": .string(".\(ending)$")]]]
        case .boolean: return Self.typed(["boolean"], isNullable)
        case .time:
            return Self.typed(["string"], isNullable).with(["pattern": .string(JSONSchema.timePattern)])
        case .address:
            let formats: JSONTree = ["anyOf": [["format": "ipv4"], ["format": "ipv6"]]]
            return Self.typed(["string"], isNullable).with(formats)
        case .object(let rule): return Self.typed(["object"], isNullable).with(rule.schema)
        case .freeObject: return Self.typed(["object"], isNullable)
        case .map(let name, let maximum, let value):
            var schema = Self.typed(["object"], isNullable)
            if let maximum { schema = schema.with(["maxProperties": .integer(Int64(maximum))]) }
            if let name { schema = schema.with(["propertyNames": Self.limits(name)]) }
            return schema.with(["additionalProperties": value.schema(isNullable: true)])
        case .array(let maximum, let value):
            return Self.typed(["array"], isNullable).with([
                "maxItems": .integer(Int64(maximum)), "items": value.schema(isNullable: false),
            ])
        }
    }

    private static func typed(_ types: [String], _ isNullable: Bool) -> JSONTree {
        let types = types + (isNullable ? ["null"] : [])
        return ["type": types.count == 1 ? .string(types[0]) : .strings(types)]
    }

    private static func limits(_ length: ClosedRange<Int>) -> JSONTree {
        let most: JSONTree = ["maxLength": .integer(Int64(length.upperBound))]
        return length.lowerBound == 0
            ? most : JSONTree(dictionaryLiteral: ("minLength", .integer(Int64(length.lowerBound)))).with(most)
    }
}

extension MemberRule {
    /// The entry of `properties`.
    var property: JSONTree.Member {
        let schema = value.schema(isNullable: presence != .required)
        return JSONTree.Member(name, JSONTree(dictionaryLiteral: ("description", .string(description))).with(schema))
    }

    /// What it is, what the schema cannot say of it, and what is read although the schema refuses it.
    private var description: String {
        var sentences = [meaning]
        if case .freeObject(let maximum) = value { sentences.append("At most \(maximum) bytes of JSON.") }
        let coerced = value.alsoRead.filter(\.isCoerced).map(\.words)
        if !coerced.isEmpty {
            let warning = "with the warning \(Warning.Code.coerced.rawValue)"
            sentences.append("Also read, \(warning): \(coerced.joined(separator: "; ")).")
        }
        let same = value.alsoRead.filter { !$0.isCoerced }.map(\.words)
        if !same.isEmpty { sentences.append("Also read: \(same.joined(separator: "; ")).") }
        return sentences.joined(separator: " ")
    }
}

extension [MemberRule] {
    /// `properties` and, where there are any, `required` and its condition.
    var schema: JSONTree {
        var schema: JSONTree = ["properties": .object(map(\.property))]
        let required = filter { $0.presence == .required }.map(\.name)
        if !required.isEmpty { schema = schema.with(["required": .strings(required)]) }
        for rule in self {
            guard case .requiredUnless(let other, let word) = rule.presence else { continue }
            schema = schema.with([
                "if": ["properties": [other: ["const": .string(word)]]],
                "else": rule.name.isPresent,
            ])
        }
        return schema
    }
}

extension ObjectRule {
    var schema: JSONTree {
        guard !oneOf.isEmpty else { return members.schema }
        return members.schema.with(["anyOf": .array(oneOf.map(\.isPresent))])
    }
}

extension String {
    /// The schema of an object in which this member is there and not null.
    fileprivate var isPresent: JSONTree {
        ["properties": [self: ["not": ["type": "null"]]], "required": [.string(self)]]
    }
}
