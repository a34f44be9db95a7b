internal import JSON
internal import Store
internal import Terminal

/// The data dictionary: for the page *The store*, for people and for machines.
enum StoreTables {
    static var markdown: String { StoreDictionary.tables.map { "\(table($0))" }.joined(separator: "\n") }

    private static func table(_ described: StoreTable) -> MarkdownTable {
        var table = MarkdownTable("column", "type", "unit", "meaning", "null")
        for column in described.columns {
            table.add(
                code(column.name), column.type.rawValue, unit(column.unit), column.meaning, column.null ?? "never")
        }
        return table
    }

    private static func unit(_ unit: StoreColumn.Unit?) -> String {
        switch unit {
        case nil: ""
        case .time: "µs"
        case .some(let unit): unit.rawValue
        }
    }

    static var tree: JSONTree {
        .object([
            JSONTree.Member("tables", .array(StoreDictionary.tablesAndViews.map(tree)))
        ])
    }

    private static func tree(_ table: StoreTable) -> JSONTree {
        .object([
            JSONTree.Member("name", .string(table.name)),
            JSONTree.Member("kind", .string(table.kind == .view ? "view" : "table")),
            JSONTree.Member("append_only", .boolean(table.kind == .appendOnly)),
            JSONTree.Member("meaning", .string(table.meaning.filter { $0 != "`" })),
            JSONTree.Member("columns", .array(table.columns.map(tree))),
        ])
    }

    private static func tree(_ column: StoreColumn) -> JSONTree {
        .object([
            JSONTree.Member("name", .string(column.name)),
            JSONTree.Member("type", .string(column.type.rawValue)),
            JSONTree.Member("unit", column.unit.map { .string($0.rawValue) } ?? .null),
            JSONTree.Member("is_nullable", .boolean(column.null != nil)),
            JSONTree.Member("meaning", .string(column.sentence)),
        ])
    }

    /// The tables and views with a section of the page each; those with the suffix `_v` are a line.
    static func text(_ style: TerminalStyle) -> OutputText {
        var lines: [OutputText] = []
        for table in StoreDictionary.tables {
            let kind: OutputText =
                switch table.kind {
                case .table: "table"
                case .appendOnly: "table, append-only"
                case .view: "view"
                }
            lines.append(style.bold("\(table.name) (\(kind))"))
            lines.append(OutputText(table.meaning.filter { $0 != "`" }))
            if let view = table.readable { lines.append("\(view.name) shows its times as text.") }
            let name = table.columns.map(\.name.count).max() ?? 0
            for column in table.columns {
                let unit = column.unit.map { " [\($0.rawValue)]" as OutputText } ?? ""
                let cells = [OutputText(column.name).left(name), OutputText(column.type.rawValue).left(7)]
                lines.append("  " + cells.joined(separator: "  ") + "  " + OutputText(column.sentence) + unit)
            }
            lines.append("")
        }
        return lines.dropLast().joined(separator: "\n")
    }
}
