internal import HTML
internal import JSON
internal import MetricsCatalogue
internal import Rollups
internal import Store
internal import TimeZones

/// How programs get the numbers of a page: the command, the request over AMQP, and the files.
struct MetricSame {
    let definition: MetricDefinition
    let choice: MetricChoice
    let url: PageURL

    init(_ definition: MetricDefinition, _ choice: MetricChoice, _ url: PageURL) {
        self.definition = definition
        self.choice = choice
        self.url = url
    }

    func write(to html: inout HTMLText) {
        html.panel(
            "The same elsewhere", class: "block", note: "The definition, the window and the numbers are the same."
        ) { html in
            html.element("h3", "On the command line")
            html.element("pre", command)
            html.element("h3", "Over AMQP, to telemetry-metrics-requests")
            html.element("pre", request)
            html.element("p", [.class("pair")]) { html in
                html.link("JSON", url.format(.json))
                html.link("CSV", url.format(.csv))
            }
        }
    }

    private var from: String { PageTime(choice.window.window.from, .utc).datetime }
    private var to: String { PageTime(choice.window.window.to, .utc).datetime }

    private var days: Int? { choice.window.isFrozen || choice.window.isComplete ? nil : choice.window.days }

    var command: String {
        var words = ["alidade metrics", definition.name]
        if let days { words.append("--days \(days)") } else { words.append("--from \(from) --to \(to)") }
        if let interval = choice.interval { words.append("--interval \(interval.rawValue)") }
        if choice.window.zone.name != "UTC" { words.append("--time-zone \(choice.window.zone.name)") }
        switch choice.comparison {
        case .previous: words.append("--compare")
        case .weeks52: words.append("--compare-with 52w")
        case nil: break
        }
        if !choice.dimensions.isEmpty {
            words.append("--group-by \(choice.dimensions.map(\.name).joined(separator: ","))")
        }
        for text in choice.filterTexts { words.append("--filter '\(text.replacing("'", with: "'\\''"))'") }
        return words.joined(separator: " ")
    }

    var request: String {
        var json = JSONText()
        json.object { json in
            json.member("metric", definition.name)
            if let days {
                json.member("days", days)
            } else {
                json.member("from", from)
                json.member("to", to)
            }
            if let interval = choice.interval { json.member("interval", interval.rawValue) }
            if choice.window.zone.name != "UTC" { json.member("time_zone", choice.window.zone.name) }
            if let comparison = choice.comparison { json.member("compare", comparison.rawValue) }
            if !choice.dimensions.isEmpty {
                json.array("group_by") { json in for dimension in choice.dimensions { json.string(dimension.name) } }
            }
            if !choice.filter.isEmpty {
                json.object("filter") { json in
                    for condition in choice.filter.conditions {
                        json.array(condition.dimension.name) { json in
                            for value in condition.values { json.string(value) }
                        }
                    }
                }
            }
        }
        return json.text
    }
}
