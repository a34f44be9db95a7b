internal import HTML
internal import MetricsCatalogue
internal import Rollups
internal import TimeZones

/// Links and a form that lead to other states of the page of a metric.
struct MetricControls {
    private let definition: MetricDefinition
    private let choice: MetricChoice
    private let url: PageURL
    private let declared: [String]

    init(_ definition: MetricDefinition, _ choice: MetricChoice, _ url: PageURL, _ declared: [String]) {
        self.definition = definition
        self.choice = choice
        self.url = url
        self.declared = declared
    }

    func write(to html: inout HTMLText) {
        html.element("div", [.class("filters")]) { html in
            html.choices(
                "Window",
                WindowChoice.offered.map { days in
                    (
                        days == 1 ? "24 h" : "\(days) days", url.without("from", "to").with("days", "\(days)"),
                        choice.window.days == days
                    )
                })
            html.choices(
                "Interval",
                MetricInterval.allCases.filter { ChartInterval.fits($0, choice.window) }.map { interval in
                    (interval.rawValue, url.with("interval", interval.rawValue), choice.interval == interval)
                } + [("whole", url.with("interval", "none"), choice.interval == nil)])
            html.choices(
                "Comparison",
                [
                    ("with before", url.with("compare", "previous"), choice.comparison == .previous),
                    ("52 weeks before", url.with("compare", "52w"), choice.comparison == .weeks52),
                    ("alone", url.with("compare", "none"), choice.comparison == nil),
                ])
            html.choices(
                "Days",
                [
                    ("until now", url.without("complete"), !choice.window.isComplete),
                    ("whole days", url.with("complete", "1"), choice.window.isComplete),
                ])
        }
        let dimensions = definition.groupable.map(\.name) + (definition.takesDeclared ? declared : [])
        html.element("form", [.class("filters"), .attribute("method", "get"), .attribute("action", url.path)]) { html in
            // What the fields cannot hold goes with them: further filters, and a second dimension.
            for pair in url.query.pairs where !["group_by", "filter", "from", "to", "tz"].contains(pair.name) {
                if pair.name == "days", choice.window.days == nil { continue }
                html.hidden(pair.name, pair.value)
            }
            for text in choice.filterTexts.dropFirst() { html.hidden("filter", text) }
            for dimension in choice.dimensions.dropFirst() { html.hidden("group_by", dimension.name) }
            if !dimensions.isEmpty {
                html.element("label") { html in
                    html.text("Split by")
                    html.element("select", [.attribute("name", "group_by")]) { html in
                        html.element("option", [.attribute("value", "")], "nothing")
                        for name in dimensions {
                            html.element("option", [.flag("selected", choice.dimensions.first?.name == name)], name)
                        }
                    }
                }
                html.element("label") { html in
                    html.text("Only where")
                    html.void(
                        "input",
                        [
                            .attribute("name", "filter"), .attribute("value", choice.filterTexts.first ?? ""),
                            .attribute("placeholder", "\(dimensions[0])=value"), .attribute("size", "28"),
                        ])
                }
            }
            field("from", "From", &html)
            field("to", "To", &html)
            html.element("label") { html in
                html.text("Time zone")
                html.void(
                    "input",
                    [.attribute("name", "tz"), .attribute("value", choice.window.zone.name), .attribute("size", "16")])
            }
            html.element("button", "Show")
        }
    }

    private func field(_ name: String, _ label: String, _ html: inout HTMLText) {
        html.element("label") { html in
            html.text(label)
            html.void(
                "input",
                [
                    .attribute("name", name), .attribute("value", url.query[name]),
                    .attribute("placeholder", "2026-02-09"), .attribute("size", "12"),
                ])
        }
    }
}
