internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Status

/// All metrics: for people a list of them, for programs all results at once.
enum MetricsPage {
    static func make(_ desk: PageDesk) throws -> PageAnswer {
        let choice = try MetricChoice(nil, desk, isShown: false)
        switch desk.request.format {
        case .json:
            return .json(
                200,
                try desk.reader.metrics().reply(
                    to: choice.request, now: choice.window.now, backlogs: desk.view.replies.backlogs,
                    deadline: desk.reader.deadline))
        case .csv:
            return MetricFile.csv(
                try desk.reader.metrics().answers(
                    to: choice.request, now: choice.window.now, backlogs: nil, deadline: desk.reader.deadline))
        default: break
        }
        return desk.layout.page("Metrics", in: nil, formats: [.json, .csv]) { html in
            html.element("div", [.class("head")]) { $0.element("h1", "Metrics") }
            html.panel("All metrics", class: "block") { html in
                html.table("All metrics", [TableHead("Metric"), TableHead("What it says")]) { html in
                    for definition in MetricCatalogue.all {
                        html.element("tr") { html in
                            html.element("td", [.class("t")]) {
                                $0.link(definition.name, "/telemetry/metrics/\(definition.name)/")
                            }
                            html.cell(definition.text)
                        }
                    }
                }
            }
        }
    }
}
