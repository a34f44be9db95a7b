package import Status

/// Writes metrics in Prometheus' text format, version 0.0.4: each family with its HELP and TYPE, then its samples.
package struct PrometheusText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    package private(set) var text = ""

    package init() {}

    /// A family with one sample without labels; nothing at all where there is no value.
    package mutating func family(_ name: String, _ kind: Kind, _ help: String, _ value: Double?) {
        guard let value else { return }
        head(name, kind, help)
        sample(name, [], value)
    }

    /// A family with one sample for each row; nothing at all where there are none.
    package mutating func family(
        _ name: String, _ kind: Kind, _ help: String, _ rows: [(labels: [(String, String)], value: Double)]
    ) {
        guard !rows.isEmpty else { return }
        head(name, kind, help)
        for row in rows { sample(name, row.labels, row.value) }
    }

    package mutating func family(_ name: String, _ help: String, _ histogram: Histogram) {
        head(name, .histogram, help)
        for (bound, count) in zip(histogram.bounds, histogram.cumulativeCounts) {
            sample(name + "_bucket", [("le", Self.number(bound))], Double(count))
        }
        sample(name + "_bucket", [("le", "+Inf")], Double(histogram.count))
        sample(name + "_sum", [], histogram.sum)
        sample(name + "_count", [], Double(histogram.count))
    }

    private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " " + Self.number(value) + "\n"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    /// Whole numbers without a point, as far as a double is exact about them.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).flatMap { abs($0) < 1 << 53 ? "\($0)" : nil } ?? "\(value)"
    }
}
