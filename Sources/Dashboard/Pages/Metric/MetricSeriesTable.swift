internal import HTML
internal import MetricsCatalogue
internal import TimeZones

/// The numbers of a series: what its chart shows, to read.
enum MetricSeriesTable {
    static func write(_ series: MetricSeries, _ definition: MetricDefinition, _ zone: TimeZone, to html: inout HTMLText)
    {
        let columns = columns(definition.shape, series)
        guard !columns.isEmpty else { return }
        html.element("details", [.class("panel block")]) { html in
            html.element("summary", "By \(series.interval.rawValue): \(Words.count(series.parts.count)) rows")
            html.table(
                "By \(series.interval.rawValue)",
                [TableHead(series.interval.rawValue)]
                    + columns.map { TableHead($0.title.replacing("_", with: " "), number: true) }
            ) { html in
                for part in series.parts.reversed() {
                    let time = PageTime(part.window.from, zone)
                    html.element("tr") { html in
                        html.cell(
                            (series.interval == .hour ? "\(time.date) \(time.clock.prefix(5))" : time.date)
                                + (part.isPartial ? " (not over)" : ""), class: "t")
                        for column in columns {
                            html.number(Words.metric.text(part.result[path: column.path], column.shape) ?? "")
                        }
                    }
                }
            }
        }
    }

    private typealias Column = (title: String, path: [String], shape: MetricShape)

    private static func columns(_ shape: MetricShape, _ series: MetricSeries) -> [Column] {
        if let names = MetricNames(shape) {
            // By what is in any part: those with most in all.
            var sums: [String: Double] = [:]
            for part in series.parts {
                for name in names.names(part.result) { sums[name, default: 0] += names.amount(name, part.result) }
            }
            return sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(10).map {
                ($0.key, names.path($0.key), .count)
            }
        }
        guard case .object(let members) = shape else { return [] }
        let columns = members.flatMap { member -> [Column] in
            if case .object(let inner) = member.shape {
                return inner.map { ("\(member.name) \($0.name)", [member.name, $0.name], $0.shape) }
            }
            return [(member.name, [member.name], member.shape)]
        }
        return Array(columns.filter { Words.metric.text(.number(nil), $0.shape) != nil }.prefix(10))
    }
}
