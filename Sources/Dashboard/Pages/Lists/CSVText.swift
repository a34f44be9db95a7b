/// Comma-separated values (RFC 4180), harmless to spreadsheets.
enum CSVText {
    static let contentType = "text/csv; charset=utf-8; header=present"

    static func row(_ cells: [String]) -> String { cells.joined(separator: ",") + "\r\n" }

    /// A spreadsheet takes a text for a formula by how it begins, also by full-width signs; with `'` in front it is shown as it is.
    static func cell(_ text: String) -> String {
        let signs: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"]
        let harmless =
            text.unicodeScalars.first.map { signs.contains($0) } == true && Double(text) == nil ? "'" + text : text
        guard harmless.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return harmless }
        return "\"" + harmless.replacing("\"", with: "\"\"") + "\""
    }
}
