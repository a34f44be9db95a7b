internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Rollups
internal import Spelling
internal import Status
internal import TimeZones

/// One metric, large: every number of its result, before and after, over time and by groups, and how programs get the same.
enum MetricPage {
    static func make(_ desk: PageDesk) throws -> PageAnswer {
        guard let definition = MetricCatalogue.definition(named: desk.request.name ?? "") else {
            let near = NearMiss.find(desk.request.name ?? "", among: MetricCatalogue.names)
            throw PageFault.notFound(
                "There is no metric of this name.",
                links: (near.map { [PageFault.Link("Did you mean \($0)?", "/telemetry/metrics/\($0)/")] } ?? []) + [
                    PageFault.Link("All metrics", "/telemetry/metrics/")
                ])
        }
        let choice = try MetricChoice(
            [definition.name], desk, isShown: desk.request.format == .html || desk.request.format == .svg)
        let now = choice.window.now
        switch desk.request.format {
        case .json:
            return .json(
                200,
                try desk.reader.metrics().reply(
                    to: choice.request, now: now, backlogs: desk.view.replies.backlogs,
                    deadline: desk.reader.deadline)
            )
        case .csv:
            return MetricFile.csv(
                try desk.reader.metrics().answers(
                    to: choice.request, now: now, backlogs: nil, deadline: desk.reader.deadline))
        case .svg:
            guard let answer = try desk.answers(to: choice.request, at: now)[definition.name],
                let chart = MetricChart.make(answer, choice.window.zone)
            else { throw PageFault.notFound("This metric has no chart.") }
            return chart.file
        case .html: break
        }
        guard let answer = try desk.answers(to: choice.request, at: now)[definition.name] else {
            throw PageFault.notFound("This metric has no answer.")
        }
        let desk = try desk.of(choice.window)
        let chart = MetricChart.make(answer, choice.window.zone)
        let formats: [PageFormat] = chart == nil ? [.json, .csv] : [.json, .csv, .svg]
        return desk.layout.page(definition.name, in: nil, asOf: now, formats: formats) { html in
            head(definition, choice, desk, &html)
            MetricControls(definition, choice, desk.request.url, desk.request.declared).write(to: &html)
            if let chart { html.panel(chart.name, class: "block") { chart.write(to: &$0) } }
            let drill = DrillDown(definition.name, choice)
            html.panel("The numbers", class: "block", note: MetricFile.window(answer, choice)) { html in
                let whole = answer.dimensions.isEmpty ? answer.result : answer.result.without("groups")
                MetricTables(
                    previous: answer.previous?.result, before: choice.comparison?.title ?? "", drill: drill
                ).write(whole, definition.shape, to: &html)
            }
            groups(answer, definition, choice, &html)
            if let series = answer.series { MetricSeriesTable.write(series, definition, choice.window.zone, to: &html) }
            MetricSame(definition, choice, desk.request.url).write(to: &html)
        }
    }

    private static func head(
        _ definition: MetricDefinition, _ choice: MetricChoice, _ desk: PageDesk, _ html: inout HTMLText
    ) {
        html.element("div", [.class("head")]) { html in
            html.element("div") { html in
                html.element("h1", definition.name)
                html.element("p") { html in
                    html.text(definition.text.replacing("`", with: "") + " ")
                    html.link("Version \(definition.version)", "/telemetry/definitions/#\(definition.name)")
                    html.text(" · ")
                    html.link("All metrics", "/telemetry/metrics/")
                }
            }
        }
    }

    private static func groups(
        _ answer: MetricAnswer, _ definition: MetricDefinition, _ choice: MetricChoice, _ html: inout HTMLText
    ) {
        guard !answer.dimensions.isEmpty else { return }
        html.panel("By \(answer.dimensionNames.joined(separator: " and "))", class: "block") { html in
            let shape = answer.dimensionNames.reversed().reduce(definition.groupShape) { .map(of: $1, $0) }
            MetricTables(
                previous: answer.previous?.result["groups"], before: choice.comparison?.title ?? "", drill: nil
            ).write(answer.result["groups"] ?? .object([]), shape, to: &html)
        }
    }
}
