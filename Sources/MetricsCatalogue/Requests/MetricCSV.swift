internal import Events
internal import Rollups

/// Answers as comma-separated values (RFC 4180): a row for each number, in columns that a pivot table can be made of.
///
/// `metric`, `part` (`whole`, `previous`, or the interval: `day` …), `from`, `to`, a column for each dimension of the request, `name` (members
/// of the result with dots between them, `tracks.defender.count`), `value`. A row of the whole has nothing in the columns of the dimensions; a
/// value that is null is empty, and a text that a spreadsheet would take for a formula has `'` in front.
package enum MetricCSV {
    /// Beside those of dimensions.
    package static let columns = before + after
    private static let before = ["metric", "part", "from", "to"]
    private static let after = ["name", "value"]

    /// Each without the end of its line, which is CR LF. All answers are to one request.
    package static func rows(_ answers: [MetricAnswer]) -> [String] {
        var columns: [FactDimension] = []
        for dimension in answers.flatMap(\.dimensions) where !columns.contains(dimension) { columns.append(dimension) }
        var rows = [row(before + columns.map(\.name) + after)]
        for answer in answers {
            func add(_ result: MetricValue, _ part: String, _ window: MetricWindow) {
                let head = [answer.definition.name, part, RFC3339.text(window.from), RFC3339.text(window.to)]
                for group in groups(of: result, depth: answer.dimensions.count) {
                    let cells = columns.map { column in
                        zip(answer.dimensions, group.names).first { $0.0 == column }?.1 ?? ""
                    }
                    for (name, value) in values(group.result, "") { rows.append(row(head + cells + [name, value])) }
                }
            }
            add(answer.result, "whole", answer.window)
            if let previous = answer.previous { add(previous.result, "previous", previous.window) }
            guard let series = answer.series else { continue }
            for part in series.parts { add(part.result, series.interval.rawValue, part.window) }
        }
        return rows
    }

    /// The whole, which has no names, then its groups.
    private static func groups(of result: MetricValue, depth: Int) -> [(names: [String], result: MetricValue)] {
        guard depth > 0 else { return [([], result)] }
        func groups(in value: MetricValue, _ names: [String]) -> [(names: [String], result: MetricValue)] {
            guard names.count < depth else { return [(names, value)] }
            guard case .object(let members) = value else { return [] }
            return members.flatMap { groups(in: $0.value, names + [$0.name]) }
        }
        return [([], result.without("groups"))] + groups(in: result["groups"] ?? .object([]), [])
    }

    private static func values(_ value: MetricValue, _ path: String) -> [(name: String, value: String)] {
        func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        switch value {
        case .object(let members): return members.flatMap { values($0.value, below($0.name)) }
        case .array(let elements):
            return elements.enumerated().flatMap { values($0.element, below("\($0.offset)")) }
        case .rate(let numerator, let denominator):
            let interval = WilsonInterval(numerator, of: denominator)
            let name = path + MetricValue.intervalEnding
            return [
                (path, text(value)), ("\(name).low", text(.number(interval?.low))),
                ("\(name).high", text(.number(interval?.high))),
            ]
        case .text(let text): return [(path, text)]
        case .integer, .number, .boolean: return [(path, text(value))]
        }
    }

    private static func text(_ value: MetricValue) -> String { value.json == "null" ? "" : value.json }

    /// A spreadsheet takes a text for a formula by how it begins; names come from whoever may publish. With `'` in front it is shown as it is.
    private static func harmless(_ cell: String) -> String {
        // Full-width signs, too.
        let signs: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"]
        guard let first = cell.unicodeScalars.first, signs.contains(first), Double(cell) == nil else { return cell }
        return "'" + cell
    }

    private static func row(_ cells: [String]) -> String {
        cells.map(harmless).map { cell in
            guard cell.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return cell }
            return "\"" + cell.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",")
    }
}
