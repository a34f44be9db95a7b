internal import JSON
internal import Store

/// The descriptions in `config/datasette.yaml`, an example for Datasette.
enum DatasetteTables {
    /// YAML of the member `tables`, where each table and view is a member. A text in double quotes means the same in YAML as in JSON.
    static var yaml: String { StoreDictionary.tablesAndViews.map(yaml).joined() }

    private static func yaml(_ table: StoreTable) -> String {
        var lines = ["\(table.name):", "  description: \(quoted(table.meaning))"]
        if table.kind != .view, let column = table.columns.first(where: { $0.name == "seq" || $0.name == "id" }) {
            lines.append("  sort_desc: \(column.name)")
        }
        lines.append("  columns:")
        for column in table.columns {
            let unit = column.unit.map { " Unit: \($0.rawValue)." } ?? ""
            lines.append("    \(column.name): \(quoted(column.sentence + unit))")
        }
        return lines.map { "      \($0)\n" }.joined()
    }

    private static func quoted(_ text: String) -> String { JSONText.quoted(text.filter { $0 != "`" }) }
}
