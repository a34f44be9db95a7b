internal import Events
internal import MetricsCatalogue
internal import Terminal

/// Results for people. Driven by the shape alone: single values as a list, names that are data as a table, nothing that knows a metric.
struct MetricTable {
    let style: TerminalStyle
    var format: MetricFormat { MetricFormat(style: style) }

    init(_ style: TerminalStyle) { self.style = style }

    func text(_ answers: [MetricAnswer]) -> OutputText {
        guard let first = answers.first else { return "" }
        let window = first.window
        let days = window.days.map { $0 == 1 ? "1 day, " : "\($0) days, " } ?? ""
        let from = RFC3339.text(window.from).toMinute
        let count = first.state.quarantined(of: IngestQueue.allCases)
        let quarantined = "\(format.grouped(count)) \(count == 1 ? "message" : "messages") quarantined"
        let head = "\(days)\(from) to \(RFC3339.text(window.to).toMinute); \(quarantined)"
        let only = first.filterTexts.map { wrapped("only \($0)") }
        return ([([wrapped(head)] + only).joined(separator: "\n")] + answers.map { section($0) }).joined(
            separator: "\n\n")
    }

    private func section(_ answer: MetricAnswer) -> OutputText {
        let definition = answer.definition
        var lines = [style.bold(OutputText(definition.name)), wrapped(definition.text)]
        let whole = answer.dimensions.isEmpty ? answer.result : answer.result.without("groups")
        lines += blocks(whole, definition.shape, title: nil)
        if let previous = answer.previous { lines += comparison(of: answer, with: previous) }
        if let series = answer.series { lines += blocks(series, definition.shape) }
        let names = answer.dimensionNames
        if !names.isEmpty {
            lines += blocks(
                answer.result["groups"] ?? .object([]),
                names.reversed().reduce(definition.groupShape) { .map(of: $1, $0) },
                title: "by \(names.joined(separator: " and "))")
        }
        return lines.joined(separator: "\n")
    }

    /// The lines of a value under an optional title.
    func blocks(_ value: MetricValue, _ shape: MetricShape, title: OutputText?) -> [OutputText] {
        let titleLines: [OutputText] = title.map { ["", "  \($0)"] } ?? []
        switch shape {
        case .object(let members):
            let single = members.filter { format.text(value[$0.name], $0.shape) != nil }
            var lines = single.isEmpty ? [] : titleLines + list(single, value)
            for member in members where format.text(value[member.name], member.shape) == nil {
                lines += blocks(
                    value[member.name] ?? .object([]), member.shape,
                    title: title.map { "\($0) \(member.name)" } ?? OutputText(member.name))
            }
            return lines
        case .map, .words: return titleLines + table(value, shape)
        case .wordsBeside(let words, let inner, let others):
            return blocks(value, .object(others), title: title) + [""] + table(value, .words(words, inner))
        case .mapWith(_, _, let members):
            return members.reduce(titleLines + table(value, shape)) { lines, member in
                lines
                    + blocks(
                        value[member.name] ?? .object([]), member.shape,
                        title: title.map { "\($0) \(member.name)" } ?? OutputText(member.name))
            }
        case .array(let element, let count):
            guard case .array(let values) = value else { return [] }
            if count.lowerBound == count.upperBound { return titleLines + histogram(values) }
            let rows = values.enumerated().map { MetricValue.Member("\($0.offset + 1)", $0.element) }
            return titleLines + table(.object(rows), .map(of: "", element))
        default: return titleLines + ["  " + (format.text(value, shape) ?? "")]
        }
    }

    /// Single values with what they mean; a rate with its bar.
    private func list(_ members: [MetricShape.Member], _ value: MetricValue) -> [OutputText] {
        let texts = members.map { format.text(value[$0.name], $0.shape) ?? "" }
        let (names, widths) = (members.map(\.name.count).max() ?? 0, texts.map(\.count).max() ?? 0)
        return zip(members, texts).map { member, text in
            let bar: OutputText =
                share(value[member.name], member.shape).map { style.shareBar($0, width: MetricColumns.barWidth) + "  " }
                ?? ""
            let start: OutputText = "  \(OutputText(member.name).left(names))  \(text.right(widths))  \(bar)"
            return (start + OutputText(member.meaning).cut(max(1, MetricColumns.width - start.count)))
                .withoutTrailingSpaces
        }
    }

    private func share(_ value: MetricValue?, _ shape: MetricShape) -> Double? {
        guard case .rate = shape, case .rate(let numerator, let denominator)? = value, denominator != 0 else {
            return nil
        }
        return Double(numerator) / Double(denominator)
    }

    private func histogram(_ values: [MetricValue]) -> [OutputText] {
        let counts = values.map { if case .integer(let count) = $0 { count } else { Int64(0) } }
        var columns = MetricColumns(keys: ["from to"], values: ["count"])
        // The bins divide the range from 0 to 100.
        for (place, count) in counts.enumerated() {
            let (from, to) = (100 * place / counts.count, 100 * (place + 1) / counts.count)
            columns.append(
                keys: [OutputText("\(from)").right(3) + (style.drawsBlocks ? "–" : "-") + OutputText("\(to)").right(3)],
                values: [OutputText(format.grouped(count))], bar: bar(count, of: counts.max() ?? 0))
        }
        return columns.lines
    }

    private func bar(_ count: Int64, of whole: Int64) -> OutputText {
        style.shareBar(whole == 0 ? 0 : Double(count) / Double(whole), width: MetricColumns.barWidth)
    }
}

/// Tables: one row for each name that is data or a word, names of names in columns of their own.
extension MetricTable {
    private struct Row {
        var keys: [String]
        var value: MetricValue
    }

    func table(_ value: MetricValue, _ shape: MetricShape) -> [OutputText] {
        var headers: [String] = []
        var leaf = shape
        while let (header, inner) = leaf.level {
            headers.append(header)
            leaf = inner
        }
        let rows = rows(value, shape, [])
        guard !rows.isEmpty else { return ["  (none)"] }
        guard case .object(let members) = leaf else { return countTable(rows, headers, leaf) }

        let single = members.filter { $0.shape.isSingle }
        let rate = single.first { if case .rate = $0.shape { true } else { false } }
        var columns = MetricColumns(keys: headers, values: single.map(\.name))
        for row in rows {
            columns.append(
                keys: row.keys.map { OutputText($0) },
                values: single.map { format.text(row.value[$0.name], $0.shape) ?? "" },
                bar: rate.map {
                    style.shareBar(share(row.value[$0.name], $0.shape) ?? 0, width: MetricColumns.barWidth)
                })
        }
        var lines = columns.lines
        for row in rows {
            for member in members where !member.shape.isSingle {
                guard case .object(let inner)? = row.value[member.name], !inner.isEmpty else { continue }
                lines += blocks(
                    .object(inner), member.shape, title: "\(row.keys.joined(separator: " ")) \(member.name)")
            }
        }
        return lines
    }

    /// Names and single values; counts with their share of the sum as a bar.
    private func countTable(_ rows: [Row], _ headers: [String], _ leaf: MetricShape) -> [OutputText] {
        let counts = rows.map { row -> Int64? in if case .integer(let count) = row.value { count } else { nil } }
        let total = counts.compactMap { $0 }.reduce(0, +)
        var columns = MetricColumns(keys: headers, values: [leaf.isCount ? "count" : "value"])
        for (row, count) in zip(rows, counts) {
            columns.append(
                keys: row.keys.map { OutputText($0) }, values: [format.text(row.value, leaf) ?? ""],
                bar: leaf.isCount ? bar(count ?? 0, of: total) : nil)
        }
        return columns.lines
    }

    private func rows(_ value: MetricValue, _ shape: MetricShape, _ keys: [String]) -> [Row] {
        guard let (_, inner) = shape.level else { return [Row(keys: keys, value: value)] }
        guard case .object(let members) = value else { return [] }
        // What stands beside the words, such as the groups, is no row.
        let known: Set<ByteKey>? =
            switch shape {
            case .words(let words, _), .wordsBeside(let words, _, _): Set(words.map { ByteKey($0) })
            default: nil
            }
        // Nor is what has a name of its own beside names that are data.
        let own = Set(shape.ownMembers.map { ByteKey($0.name) })
        return members.filter { known?.contains(ByteKey($0.name)) ?? !own.contains(ByteKey($0.name)) }
            .flatMap { rows($0.value, inner, keys + [$0.name]) }
    }

    private func wrapped(_ text: String) -> OutputText {
        var lines = [""]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].isEmpty {
                lines[lines.count - 1] = "\(word)"
            } else if lines[lines.count - 1].count + word.count < MetricColumns.width {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append("\(word)")
            }
        }
        return lines.map { OutputText($0) }.joined(separator: "\n")
    }
}

extension MetricShape {
    /// The header and the values of an object whose names are rows; nil for anything else.
    fileprivate var level: (header: String, inner: MetricShape)? {
        switch self {
        case .words(_, let inner), .wordsBeside(_, let inner, _): ("", inner)
        case .map(let of, let inner), .mapWith(let of, let inner, _): (of, inner)
        default: nil
        }
    }

    /// What stands beside the names that are data.
    var ownMembers: [Member] { if case .mapWith(_, _, let members) = self { members } else { [] } }

    fileprivate var isCount: Bool { if case .count = self { true } else { false } }

    var isSingle: Bool {
        switch self {
        case .object, .map, .mapWith, .words, .wordsBeside, .array: false
        default: true
        }
    }
}

extension String {
    /// `2026-02-09T12:00:34Z` as `2026-02-09 12:00Z`.
    var toMinute: String { "\(prefix(10)) \(dropFirst(11).prefix(5))Z" }
}
