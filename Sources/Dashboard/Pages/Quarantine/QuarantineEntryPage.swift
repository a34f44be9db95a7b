internal import Events
internal import HTML
internal import JSON
internal import Store

/// One quarantined message: what is wrong with it, where in its body, and what became of it.
enum QuarantineEntryPage {
    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var parameters = desk.parameters
        parameters.ignore("until")
        try parameters.finish()
        let (entry, resolution) = try read(desk)
        let errors = BodyFault.read(entry.errors)
        let body = BodyText(entry.body, faults: errors)
        let neighbour = try desk.reader.reader().neighbour(ofRefused: entry.body, queue: entry.queue)
        return desk.layout.page("Message \(entry.id)", in: .quarantine) { html in
            html.element("div", [.class("head")]) { html in
                html.element("div") { html in
                    html.element("h1", "Message \(entry.id)")
                    html.element("p", entry.detail)
                }
                actions(entry, resolution, desk, &html)
            }
            html.element("div", [.class("grid wide")]) { html in
                facts(entry, resolution, desk, &html)
                html.panel(
                    "What is wrong",
                    note: errors.count < entry.errorCount
                        ? "The first \(errors.count) of \(Words.count(entry.errorCount))" : nil
                ) { html in
                    html.element("ol") { html in
                        for (place, fault) in errors.enumerated() {
                            html.element("li") { html in
                                html.link(fault.reason, "/telemetry/definitions/#\(fault.reason)")
                                html.text(" ")
                                html.element(
                                    "a", [.href("#fault-\(place)"), .class("mono")],
                                    fault.pointer.isEmpty ? "the whole body" : fault.pointer)
                                html.text(" \(fault.detail)")
                            }
                        }
                    }
                }
            }
            guard desk.request.mayReveal else {
                return html.panel("The body", class: "block") {
                    $0.empty(
                        "It may have personal values, and dashboard.reveal in the settings says that nobody may see them here."
                    )
                }
            }
            html.panel(
                "The body", class: "block",
                note: "\(Words.count(Int64(entry.body.count), "byte")), as it came; what is wrong is marked"
            ) { html in
                body.write(to: &html)
                html.element("p") { html in
                    html.link(
                        "Download exactly these bytes", PageURL("/telemetry/quarantine/\(entry.id)/body"),
                        class: "button quiet")
                }
            }
            if let neighbour { NeighbourPanel.write(entry, neighbour, desk, to: &html) }
            html.panel("Properties of the message", class: "block") { html in html.element("pre", entry.properties) }
        }
    }

    /// The exact bytes.
    static func download(_ desk: PageDesk) throws -> PageAnswer {
        guard desk.request.mayReveal else {
            throw PageFault(
                403, "Bodies stay hidden",
                ["dashboard.reveal in the settings says that nobody may see personal values here."])
        }
        let entry = try read(desk).entry
        desk.work.record(
            NewOperation(.export, detail: "{\"quarantine_id\":\(entry.id),\"bytes\":\(entry.body.count)}"),
            by: desk.request.visitor.asOperator)
        return PageAnswer(
            status: 200, contentType: "application/octet-stream", bytes: entry.body,
            fields: ["Content-Disposition": "attachment; filename=\"message-\(entry.id).bin\""])
    }

    private static func read(_ desk: PageDesk) throws -> (entry: QuarantineEntry, resolution: QuarantineResolution?) {
        guard let id = desk.request.name.flatMap({ Int64($0) }), id > 0 else {
            throw PageFault.notFound("This is no number of a message.")
        }
        var found: QuarantineEntry?
        let reader = try desk.reader.reader()
        try reader.forEachQuarantined(QuarantineFilter(ids: [id], state: .all)) { found = $0 }
        guard let entry = found else {
            throw PageFault.notFound(
                "No message \(id) was quarantined.", links: [PageFault.Link("Quarantine", "/telemetry/quarantine/")])
        }
        return (entry, try reader.resolution(ofQuarantined: id))
    }

    private static func actions(
        _ entry: QuarantineEntry, _ resolution: QuarantineResolution?, _ desk: PageDesk, _ html: inout HTMLText
    ) {
        guard resolution == nil else { return }
        html.link(
            "Replay or discard", PageURL("/telemetry/quarantine/selection/", ["id": "\(entry.id)"]), class: "button")
    }

    private static func facts(
        _ entry: QuarantineEntry, _ resolution: QuarantineResolution?, _ desk: PageDesk, _ html: inout HTMLText
    ) {
        html.panel("The message") { html in
            html.element("dl", [.class("facts")]) { html in
                func fact(_ name: String, _ body: (inout HTMLText) -> Void) {
                    html.element("dt", name)
                    html.element("dd") { body(&$0) }
                }
                fact("Received") { $0.time(entry.receivedAt, desk.request) }
                fact("Queue") { $0.text(entry.queue) }
                fact("Event") { $0.eventLink(entry.eventID) }
                fact("State") { html in
                    guard let resolution else { return html.element("span", [.class("tag bad")], "open") }
                    html.text("\(resolution.action) by \(resolution.actor ?? "somebody"), ")
                    html.time(resolution.at, desk.request)
                    if let note = resolution.note { html.text(": \(note)") }
                    if let operation = resolution.operation {
                        html.link(" operation \(operation)", "/telemetry/operations/\(operation)/")
                    }
                }
            }
        }
    }
}
