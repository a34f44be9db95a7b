internal import Events
internal import HTML
internal import JSON
internal import MetricsCatalogue
internal import Staff
internal import Store

/// The story of a risk signal: who looked, what was recommended, what was decided, how it ended.
enum SignalPage {
    private static let most = 500

    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var parameters = desk.parameters
        parameters.ignore("until")
        _ = parameters.flag("anonymous")
        try parameters.finish()
        guard let id = desk.request.name.flatMap({ Int64($0) }), id > 0 else {
            throw PageFault.notFound("This is no number of a signal.")
        }
        let story = try desk.reader.reader().signal(
            id, events: most, ReadLimit(deadline: desk.reader.deadline, rows: 20_000))
        guard !story.steps.isEmpty || !story.quarantined.isEmpty else { throw try unknown(id, desk) }
        if desk.request.format == .json { return .json(200, json(id, story, desk.request.pseudonyms)) }
        return desk.layout.page("Signal \(id)", in: nil, formats: [.json]) { html in
            html.element("div", [.class("head")]) { html in
                html.element("div") { html in
                    html.element("h1", "Signal \(id)")
                    html.element("p", sentence(story))
                }
            }
            html.panel("What happened", class: "block", note: story.isCut ? "The last \(most) events" : nil) { html in
                guard !story.steps.isEmpty else {
                    return html.empty("No stored event names this signal; refused ones do.")
                }
                html.element("ol", [.class("timeline")]) { html in
                    for step in story.steps { html.element("li") { self.step(step, desk, &$0) } }
                }
            }
            if !story.quarantined.isEmpty {
                html.panel("Refused messages that name it", class: "block") { html in
                    html.table(
                        "Refused messages",
                        [TableHead("Message", number: true), TableHead("Received"), TableHead("Why")]
                    ) { html in
                        for refused in story.quarantined {
                            html.element("tr") { html in
                                html.element("td", [.class("n")]) {
                                    $0.link(
                                        "\(refused.id)", "/telemetry/quarantine/\(refused.id)/", for: .operator,
                                        desk.request)
                                }
                                html.element("td") { $0.time(refused.receivedAt, desk.request) }
                                html.cell("\(refused.reason) \(refused.pointer) \(refused.detail)")
                            }
                        }
                    }
                }
            }
        }
    }

    @available(*, noasync)
    private static func unknown(_ id: Int64, _ desk: PageDesk) throws -> PageFault {
        let near = try desk.reader.reader().signals(nextTo: id)
        return .notFound(
            "No stored event and no refused message names signal \(id).\(near.isEmpty ? "" : " The nearest that there are:")",
            links: near.map { PageFault.Link("Signal \($0)", "/telemetry/signals/\($0)/") })
    }

    /// Why the signal counts as what it counts.
    private static func sentence(_ story: SignalStory) -> String {
        var decisions: [RecommendationRow] = []
        var outcome: OutcomeRow?
        for step in story.steps {
            if case .recommendation(let row) = step.event, row.action != RecommendationAction.viewed.rawValue {
                decisions.append(row)
            }
            if case .outcome(let row) = step.event { outcome = row }
        }
        var parts: [String] = []
        if let first = decisions.first {
            parts.append("It counts as \(first.action.lowercased()): the first decision of a case counts")
        } else {
            parts.append("Nobody has decided on a recommendation")
        }
        if decisions.count > 1 {
            parts.append(
                "\(Words.count(decisions.count - 1)) more \(decisions.count == 2 ? "decision" : "decisions") came after it"
            )
        }
        parts.append(
            outcome.map { "it ended as \($0.status.lowercased().replacing("_", with: " "))" } ?? "it has no outcome yet"
        )
        return parts.joined(separator: "; ") + "."
    }

    private static func who(_ admin: Int64, _ desk: PageDesk) -> String {
        "administrator \(desk.request.pseudonyms?.name(of: admin) ?? "\(admin)")"
    }

    private static func step(_ step: SignalStory.Step, _ desk: PageDesk, _ html: inout HTMLText) {
        html.element("div", [.class("pair")]) { html in
            html.time(step.event.occurredAt, desk.request)
            switch step.event {
            case .view(let row):
                html.text(
                    "\(who(row.admin, desk)) opened: \(row.type.lowercased().replacing("_", with: " "))")
            case .recommendation(let row):
                html.element("span", [.class("tag \(row.action.lowercased())")], row.action.lowercased())
                html.text(
                    "\(row.type), \(who(row.admin, desk))\(row.confidence.map { ", confidence \($0.lowercased())" } ?? "")"
                )
                if let milliseconds = row.decisionMilliseconds {
                    html.text(", decided in \(Words.metric.duration(Double(milliseconds) / 1000))")
                }
            case .outcome(let row):
                html.element("span", [.class("tag")], row.status.lowercased().replacing("_", with: " "))
                if let hours = row.resolutionHours { html.text("after \(Words.metric.duration(hours * 3600))") }
            }
        }
        html.element("p", [.class("note")]) { html in
            html.eventLink(step.event.eventID, desk.request)
            if step.duplicates > 0 { html.text(" came again \(Words.count(step.duplicates, "time"))") }
            for warning in step.warnings {
                html.text(" ");
                html.link("▲ \(warning.code)", "/telemetry/definitions/#\(warning.code)", class: "tag warn")
            }
        }
    }

    private static func json(_ id: Int64, _ story: SignalStory, _ names: Pseudonyms?) -> String {
        func write<Row>(_ row: Row, _ columns: [ListColumn<Row>], _ kind: String, _ json: inout JSONText) {
            json.object { json in
                json.member("kind", kind)
                for column in columns { column.value(row, hiding: names).write(to: &json, as: column.name) }
            }
        }
        var json = JSONText()
        json.object { json in
            json.member("risk_signal_id", id)
            json.array("events") { json in
                for step in story.steps {
                    switch step.event {
                    case .view(let row): write(row, ViewListing.columns, "view", &json)
                    case .recommendation(let row): write(row, RecommendationListing.columns, "recommendation", &json)
                    case .outcome(let row): write(row, OutcomeListing.columns, "outcome", &json)
                    }
                }
            }
            json.array("quarantined") { json in for refused in story.quarantined { json.raw("\(refused.id)") } }
        }
        return json.text
    }
}
