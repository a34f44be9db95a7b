internal import Rollups

extension MetricCatalogue {
    /// The catalogue as a section of the page *Metrics*.
    package static var markdown: String {
        all.map { metric in
            let dimensions =
                (metric.groupable.map { "`\($0.name)`" }
                + (metric.takesDeclared ? ["those of `ingest.dimensions`"] : [])).joined(separator: ", ")
            return [
                "### \(metric.name)", metric.text,
                "Definition \(metric.version). "
                    + (dimensions.isEmpty ? "It cannot be grouped." : "`group_by`, `filter`: \(dimensions)."),
                (["| field | type | what it is |", "| --- | --- | --- |"] + metric.shape.rows(at: "", meaning: nil))
                    .joined(separator: "\n"),
            ].joined(separator: "\n\n")
        }.joined(separator: "\n\n") + "\n"
    }
}

extension MetricShape {
    /// A row for everything of the result that holds a value; `<track>` stands for a name that is data.
    fileprivate func rows(at path: String, meaning: String?) -> [String] {
        func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        switch self {
        case .object(let members): return members.flatMap { $0.shape.rows(at: below($0.name), meaning: $0.meaning) }
        case .map(let of, let shape): return shape.rows(at: below("<\(of)>"), meaning: meaning)
        case .wordsBeside(let words, let shape, let others):
            return MetricShape.words(words, shape).rows(at: path, meaning: meaning)
                + MetricShape.object(others).rows(at: path, meaning: nil)
        case .mapWith(let of, let shape, let members):
            return MetricShape.map(of: of, shape).rows(at: path, meaning: meaning)
                + MetricShape.object(members).rows(at: path, meaning: nil)
        case .words(let words, let shape):
            let names = words.count > 4 ? "<\(words[0]), \(words[1]), …>" : "<\(words.joined(separator: ", "))>"
            return shape.rows(at: below(names), meaning: meaning)
        case .array(let shape, _): return shape.rows(at: path + "[]", meaning: meaning)
        default: return ["| `\(path)` | \(typeName) | \(meaning ?? "") |"]
        }
    }

    private var typeName: String {
        switch self {
        case .count: "count"
        case .rate: "rate, 0 to 1, or null"
        case .number("ratio"): "ratio, or null"
        case .number(let unit): "number of \(unit), or null"
        case .constant(let value): "always \(value)"
        case .identifier: "id"
        case .text: "text"
        case .optionalBoolean: "true, false or null"
        case .object, .map, .mapWith, .words, .wordsBeside, .array: ""
        }
    }
}
