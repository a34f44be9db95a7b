/// A table of the documentation.
struct MarkdownTable: CustomStringConvertible {
    private let heads: [String]
    private var rows: [[String]] = []

    init(_ heads: String...) { self.heads = heads }

    mutating func add(_ cells: String...) { rows.append(cells) }

    var description: String {
        ([heads, heads.map { _ in "---" }] + rows).map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }
}

/// As code: `telemetry`.
func code(_ text: String) -> String { "`\(text)`" }
