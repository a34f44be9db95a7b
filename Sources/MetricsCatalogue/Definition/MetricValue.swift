internal import Events
package import JSON

/// A result as a tree: what is written as JSON, drawn as a table, and compared with what was published before.
package indirect enum MetricValue: Sendable, Equatable {
    case integer(Int64)
    /// Nil where there is nothing to compute it from.
    case number(Double?)
    case text(String)
    case boolean(Bool?)
    case object([Member])
    case array([MetricValue])

    package struct Member: Sendable, Equatable {
        package let name: String
        package let value: MetricValue

        package init(_ name: String, _ value: MetricValue) {
            self.name = name
            self.value = value
        }

        package static func == (left: Member, right: Member) -> Bool {
            ByteKey(left.name) == ByteKey(right.name) && left.value == right.value
        }
    }

    package static func object(_ members: KeyValuePairs<String, MetricValue>) -> MetricValue {
        .object(members.map { Member($0.key, $0.value) })
    }

    /// A rate; null where the denominator is 0.
    package static func rate(_ numerator: Int64, of denominator: Int64) -> MetricValue {
        .number(denominator == 0 ? nil : Double(numerator) / Double(denominator))
    }

    package subscript(name: String) -> MetricValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { ByteKey($0.name) == ByteKey(name) }?.value
    }

    /// The same with `name` added at the end of an object.
    func with(_ name: String, _ value: MetricValue) -> MetricValue {
        guard case .object(let members) = self else { return self }
        return .object(members + [Member(name, value)])
    }

    package func write(to json: inout JSONText, as name: String) { json.member(name, json: self.json) }

    package var json: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): value.flatMap { $0.isFinite ? Self.text($0) : nil } ?? "null"
        case .text(let value): JSONText.quoted(value)
        case .boolean(let value): value.map { "\($0)" } ?? "null"
        case .object(let members):
            "{" + members.map { "\(JSONText.quoted($0.name)):\($0.value.json)" }.joined(separator: ",") + "}"
        case .array(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
        }
    }

    /// The shortest text that reads back as the same double.
    private static func text(_ value: Double) -> String { "\(value)" }
}

extension [MetricValue.Member] {
    /// By their bytes: the same members come in the same order whatever Unicode takes for equal.
    func sortedByName() -> [MetricValue.Member] { sorted { ByteKey($0.name) < ByteKey($1.name) } }
}
