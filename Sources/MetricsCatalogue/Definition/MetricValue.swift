internal import Events
package import JSON

/// A result as a tree: what is written as JSON, drawn as a table, and compared with what was published before.
package indirect enum MetricValue: Sendable, Equatable {
    case integer(Int64)
    /// Nil where there is nothing to compute it from.
    case number(Double?)
    /// A part of so many; null where there are none. As a member of an object it is followed by its ``WilsonInterval``.
    case rate(Int64, of: Int64)
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

    package subscript(name: String) -> MetricValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { ByteKey($0.name) == ByteKey(name) }?.value
    }

    /// The same with `name` added at the end of an object, or put there in place of what has this name.
    func with(_ name: String, _ value: MetricValue) -> MetricValue {
        guard case .object(let members) = without(name) else { return self }
        return .object(members + [Member(name, value)])
    }

    package func without(_ name: String) -> MetricValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { ByteKey($0.name) != ByteKey(name) })
    }

    package var json: String {
        var json = JSONText()
        write(to: &json)
        return json.text
    }

    package func write(to json: inout JSONText, as name: String) { json.member(name) { write(to: &$0) } }

    private func write(to json: inout JSONText) {
        switch self {
        case .integer(let value): json.raw(String(value))
        case .number(let value): json.number(value)
        case .rate(let numerator, let denominator):
            json.number(denominator == 0 ? nil : Double(numerator) / Double(denominator))
        case .text(let value): json.string(value)
        case .boolean(let value): json.raw(value.map { "\($0)" } ?? "null")
        case .object(let members): json.object { json in for member in members { Self.write(member, to: &json) } }
        case .array(let values): json.array { json in for value in values { value.write(to: &json) } }
        }
    }

    private static func write(_ member: Member, to json: inout JSONText) {
        member.value.write(to: &json, as: member.name)
        guard case .rate(let numerator, let denominator) = member.value else { return }
        json.member(member.name + intervalEnding) { json in
            guard let interval = WilsonInterval(numerator, of: denominator) else { return json.raw("null") }
            json.array { json in
                json.number(interval.low)
                json.number(interval.high)
            }
        }
    }

    /// What the name of a rate's interval ends in.
    static let intervalEnding = "_interval"
}

extension [MetricValue.Member] {
    /// By their bytes: the same members come in the same order whatever Unicode takes for equal.
    func sortedByName() -> [MetricValue.Member] { sorted { ByteKey($0.name) < ByteKey($1.name) } }
}
