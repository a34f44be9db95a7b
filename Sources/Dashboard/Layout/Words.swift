internal import HTML
internal import MetricsCatalogue

/// How numbers are written on pages.
enum Words {
    static let metric = MetricWords(separator: ",", null: "–")

    static func count(_ number: Int64) -> String { metric.grouped(number) }
    static func count(_ number: Int) -> String { metric.grouped(Int64(number)) }

    /// `1 message`, `1,200 messages`
    static func count(_ number: Int64, _ one: String, _ many: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? one : many ?? one + "s")"
    }

    static func percent(_ value: MetricValue?) -> String {
        guard case .rate(let part, let whole)? = value, whole > 0 else { return metric.null }
        return metric.percent(Double(part) / Double(whole))
    }

    static func duration(seconds: Double?) -> String { seconds.map(metric.duration) ?? metric.null }
}

extension MetricValue {
    /// Down by names; nil where there is no such member.
    subscript(path path: [String]) -> MetricValue? { path.reduce(self as MetricValue?) { $0?[$1] } }

    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .rate(let part, let whole): whole == 0 ? nil : Double(part) / Double(whole)
        default: nil
        }
    }
    var fraction: (part: Int64, whole: Int64)? {
        if case .rate(let part, let whole) = self { (part, whole) } else { nil }
    }
    var members: [Member] { if case .object(let members) = self { members } else { [] } }
    var elements: [MetricValue] { if case .array(let values) = self { values } else { [] } }
    var string: String? { if case .text(let text) = self { text } else { nil } }
}
