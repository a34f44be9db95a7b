internal import MetricsCatalogue
internal import Terminal

/// A table of results under construction: rows of cells under headers of up to three lines, kept within a terminal of 80 columns.
struct MetricColumns {
    static let width = 80
    static let barWidth = 10
    private static let gap: OutputText = "  "
    private static let indent: OutputText = "  "

    /// What names a row: one header and one cell for each level of names.
    private let keys: [String]
    /// The headers of the values.
    private let values: [String]
    /// Keys, then values.
    private var rows: [(cells: [OutputText], bar: OutputText?)] = []

    init(keys: [String], values: [String]) {
        self.keys = keys
        self.values = values
    }

    mutating func append(keys: [OutputText], values: [OutputText], bar: OutputText?) {
        rows.append((keys + values, bar))
    }

    /// Keys to the left, values to the right, a bar behind; names that repeat those of the row above are left out.
    var lines: [OutputText] {
        let headers = (keys + values).map { Self.wrapped($0) }
        let needed = headers.indices.map { column in
            max(headers[column].map(\.count).max() ?? 0, rows.map { $0.cells[column].count }.max() ?? 0)
        }
        let gaps = (needed.count - 1) * Self.gap.count
        let space = Self.width - Self.indent.count - gaps - needed.dropFirst(keys.count).reduce(0, +)
        let names = needed.prefix(keys.count).reduce(0, +)
        // Bars go before names are cut.
        let hasBars = rows.contains { $0.bar != nil } && names <= space - Self.barWidth - Self.gap.count
        let widths = Self.shortened(Array(needed.prefix(keys.count)), to: space) + needed.dropFirst(keys.count)

        let height = headers.map(\.count).max() ?? 1
        var lines = (0..<height).map { line in
            let titles = headers.map { header -> OutputText in
                let place = line - (height - header.count)
                return place < 0 ? "" : header[place]
            }
            return self.line(titles, widths, bar: nil)
        }
        var previous: [OutputText] = []
        for row in rows {
            var shown = row.cells
            for place in keys.indices.dropLast() where row.cells.prefix(place + 1) == previous.prefix(place + 1) {
                shown[place] = ""
            }
            lines.append(line(shown, widths, bar: hasBars ? row.bar : nil))
            previous = row.cells
        }
        return lines
    }

    /// The widest first, until together they are no wider than `limit`; none below what a name needs to be known by.
    private static func shortened(_ widths: [Int], to limit: Int) -> [Int] {
        var widths = widths
        while widths.reduce(0, +) > limit, let widest = widths.max(), widest > 8,
            let place = widths.firstIndex(of: widest)
        {
            widths[place] -= 1
        }
        return widths
    }

    private func line(_ cells: [OutputText], _ widths: [Int], bar: OutputText?) -> OutputText {
        var columns = zip(cells, widths).enumerated().map { column, cell in
            column < keys.count ? cell.0.cut(cell.1).left(cell.1) : cell.0.right(cell.1)
        }
        if let bar { columns.append(bar) }
        return (Self.indent + columns.joined(separator: Self.gap)).withoutTrailingSpaces
    }

    /// A long name in lines, broken where it has an underscore.
    private static func wrapped(_ name: String) -> [OutputText] {
        guard name.count > 10 else { return [OutputText(name)] }
        var lines: [String] = []
        for word in name.split(separator: "_") {
            if let last = lines.last, last.count + word.count < 10 {
                lines[lines.count - 1] = "\(last)_\(word)"
            } else {
                lines.append("\(word)")
            }
        }
        return lines.map { OutputText($0) }
    }
}
