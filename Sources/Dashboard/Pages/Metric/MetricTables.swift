internal import HTML
internal import MetricsCatalogue

/// A result as tables. Driven by the shape alone: single values as rows, names that are data as a table each, nothing that knows a metric.
struct MetricTables {
    /// The same of the window that it is compared with, and what that is called.
    let previous: MetricValue?
    let before: String
    let drill: DrillDown?

    func write(
        _ value: MetricValue, _ shape: MetricShape, to html: inout HTMLText, path: [String] = [],
        title: String = "The result"
    ) {
        switch shape {
        case .object(let members): object(value, members, &html, path, title)
        case .map(let of, let inner): map(value, of, inner, Set(), &html, path, title)
        case .mapWith(let of, let inner, let beside):
            map(value, of, inner, Set(beside.map(\.name)), &html, path, title)
            object(value, beside, &html, path, title)
        case .words(let words, let inner): rows(words, value, "", inner, &html, path, title)
        case .wordsBeside(let words, let inner, let beside):
            rows(words, value, "", inner, &html, path, title)
            object(value, beside, &html, path, title)
        case .array(let inner, _): array(value, inner, &html, path, title)
        default: break
        }
    }

    // MARK: Objects

    private func object(
        _ value: MetricValue, _ members: [MetricShape.Member], _ html: inout HTMLText, _ path: [String], _ title: String
    ) {
        let singles = members.filter { Words.metric.text(value[$0.name] ?? .number(nil), $0.shape) != nil }
        if !singles.isEmpty {
            var heads = [TableHead("Number"), TableHead("Value", number: true)]
            if previous != nil { heads += [TableHead("Before", number: true), TableHead("Change", number: true)] }
            html.table(title, heads + [TableHead("What it is", isNote: true)]) { html in
                for member in singles { single(member, value[member.name], path, &html) }
            }
        }
        for member in members where !singles.contains(where: { $0.name == member.name }) {
            guard let inner = value[member.name] else { continue }
            html.element("h3", member.name.replacing("_", with: " "))
            html.element("p", [.class("note")], member.meaning.replacing("`", with: ""))
            write(inner, member.shape, to: &html, path: path + [member.name], title: member.name)
        }
    }

    private func single(_ member: MetricShape.Member, _ value: MetricValue?, _ path: [String], _ html: inout HTMLText) {
        let before = previous?[path: path + [member.name]]
        html.element("tr") { html in
            html.cell(member.name.replacing("_", with: " "), class: "t")
            html.element("td", [.class("n")]) { html in
                let text = Words.metric.text(value, member.shape) ?? ""
                if let url = drill?.url(path + [member.name]) { html.link(text, url) } else { html.text(text) }
                if let fraction = value?.fraction {
                    html.element(
                        "span", [.class("sub")], fraction.whole > 0 ? " \(RateWords.fraction(value))" : " no cases")
                } else if text == Words.metric.null {
                    html.element("span", [.class("sub")], " nothing to compute it from")
                }
            }
            if previous != nil {
                html.number(Words.metric.text(before, member.shape) ?? "")
                html.element("td", [.class("n")]) { html in change(before, value, &html) }
            }
            html.element("td", [.class("note")]) { html in
                html.text(member.meaning.replacing("`", with: ""))
                if let interval = RateWords.interval(value) {
                    html.text(
                        "; with 95 % between \(Words.metric.percent(interval.low)) and \(Words.metric.percent(interval.high))"
                    )
                }
            }
        }
    }

    private func change(_ before: MetricValue?, _ value: MetricValue?, _ html: inout HTMLText) {
        if value?.fraction != nil {
            return RateWords.change(from: before, to: value, better: .neither, &html, than: self.before)
        }
        guard let old = before?.number, let new = value?.number, old != 0 else { return }
        html.text("\(Words.metric.signed(100 * (new - old) / abs(old))) %")
    }

    // MARK: Names that are data

    private func map(
        _ value: MetricValue, _ of: String, _ inner: MetricShape, _ beside: Set<String>, _ html: inout HTMLText,
        _ path: [String], _ title: String
    ) {
        var names = value.members.map(\.name).filter { !beside.contains($0) }
        // What was there before, and is not any more, is news.
        let old = (path.isEmpty ? previous : previous?[path: path])?.members.map(\.name) ?? []
        names += old.filter { !beside.contains($0) && !names.contains($0) }
        guard !names.isEmpty else { return html.empty("None in this window.") }
        rows(names, value, of, inner, &html, path, title)
    }

    private func rows(
        _ names: [String], _ value: MetricValue, _ of: String, _ inner: MetricShape, _ html: inout HTMLText,
        _ path: [String], _ title: String
    ) {
        let columns = columns(of: inner)
        guard !columns.isEmpty else {
            // A map of maps: one table each.
            for name in names {
                guard let part = value[name] else { continue }
                html.element("h3", name)
                write(part, inner, to: &html, path: path + [name], title: name)
            }
            return
        }
        let bar = columns.first { if case .rate = $0.shape { true } else { false } }
        html.table(
            title,
            [TableHead(of)] + (bar == nil ? [] : [TableHead(bar?.title ?? "")])
                + columns.map { TableHead($0.title, number: true) }
                + (previous == nil ? [] : [TableHead("Before", number: true), TableHead("Change", number: true)])
        ) { html in
            for name in names {
                let part = value[name] ?? .object([])
                html.element("tr") { html in
                    html.cell(name)
                    if let bar {
                        html.element("td", [.class("w")]) {
                            $0.bar(min(1, (bar.path.isEmpty ? part : part[path: bar.path])?.number ?? 0))
                        }
                    }
                    for column in columns {
                        let cell = column.path.isEmpty ? part : part[path: column.path]
                        html.element("td", [.class("n")]) { html in
                            let text = Words.metric.text(cell, column.shape) ?? ""
                            if let url = drill?.url(path + [name] + column.path) {
                                html.link(text, url)
                            } else {
                                html.text(text)
                            }
                        }
                    }
                    // Of the rate where there is one, or else of the first number.
                    if previous != nil { compared(part, path + [name], bar ?? columns[0], &html) }
                }
            }
        }
    }

    private func compared(
        _ part: MetricValue, _ path: [String], _ column: (title: String, path: [String], shape: MetricShape),
        _ html: inout HTMLText
    ) {
        let value = column.path.isEmpty ? part : part[path: column.path]
        let old = previous?[path: path + column.path]
        html.number(Words.metric.text(old, column.shape) ?? "–")
        html.element("td", [.class("n")]) { html in change(old, value, &html) }
    }

    /// The single values of a shape, one level of objects down.
    private func columns(of shape: MetricShape) -> [(title: String, path: [String], shape: MetricShape)] {
        guard case .object(let members) = shape else {
            return Words.metric.text(.number(nil), shape) == nil ? [] : [("value", [], shape)]
        }
        return members.flatMap { member -> [(title: String, path: [String], shape: MetricShape)] in
            let title = member.name.replacing("_", with: " ")
            if Words.metric.text(.number(nil), member.shape) != nil { return [(title, [member.name], member.shape)] }
            guard case .object(let inner) = member.shape else { return [] }
            return inner.filter { Words.metric.text(.number(nil), $0.shape) != nil }.map {
                ("\(title) \($0.name.replacing("_", with: " "))", [member.name, $0.name], $0.shape)
            }
        }
    }

    // MARK: Lists

    private func array(
        _ value: MetricValue, _ inner: MetricShape, _ html: inout HTMLText, _ path: [String], _ title: String
    ) {
        let elements = value.elements
        guard !elements.isEmpty else { return html.empty("None in this window.") }
        let columns = columns(of: inner)
        if columns.count == 1, columns[0].path.isEmpty {
            let numbers = elements.map { $0.number ?? 0 }
            let step = 100 / max(1, numbers.count)
            return Chart(
                name: title,
                slots: numbers.enumerated().map { place, count in
                    Chart.Slot(
                        title: "\(place * step) to \((place + 1) * step): \(Words.count(Int64(count)))",
                        label: "\(place * step)", bars: [count])
                }, barClasses: ["first"], top: Words.count(Int64(numbers.max() ?? 0))
            ).write(to: &html)
        }
        html.table(title, columns.map { TableHead($0.title, number: true) }) { html in
            for element in elements {
                html.element("tr") { html in
                    for column in columns {
                        html.number(Words.metric.text(element[path: column.path], column.shape) ?? "")
                    }
                }
            }
        }
    }
}
