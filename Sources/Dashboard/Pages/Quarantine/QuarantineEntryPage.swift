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
        return try make(read(desk), desk, isRevealed: false)
    }

    /// The same with personal values, which is kept before it is shown.
    static func reveal(_ desk: PageDesk) throws -> PageAnswer {
        let found = try read(desk)
        let reveal = reveal(of: found.entry)
        let reason = try reveal.reason(desk.request)
        let answer = try make(found, desk, isRevealed: true)
        try reveal.record(reason, desk) { $0.member("quarantine_id", found.entry.id) }
        return answer
    }

    private static func reveal(of entry: QuarantineEntry) -> Reveal {
        Reveal(selection: "message \(entry.id)", page: PageURL("/telemetry/quarantine/\(entry.id)/"))
    }

    private static func make(
        _ found: (entry: QuarantineEntry, resolution: QuarantineResolution?), _ desk: PageDesk, isRevealed: Bool
    ) throws -> PageAnswer {
        let (entry, resolution) = found
        let errors = BodyFault.read(entry.errors)
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
            body(entry, errors, desk, isRevealed: isRevealed, &html)
            if let neighbour { NeighbourPanel.write(entry, neighbour, desk, to: &html) }
            html.panel("Properties of the message", class: "block") { html in html.element("pre", entry.properties) }
        }
    }

    private static func body(
        _ entry: QuarantineEntry, _ errors: [BodyFault], _ desk: PageDesk, isRevealed: Bool, _ html: inout HTMLText
    ) {
        let masked = isRevealed ? nil : Masked.body(entry.body)
        html.panel(
            "The body", class: "block",
            note: """
                \(Words.count(Int64(entry.body.count), "byte")), \(masked == nil ? "as it came" : "personal values masked"); \
                what is wrong is marked
                """
        ) { html in
            BodyText(masked ?? entry.body, faults: errors).write(to: &html)
            if masked != nil, desk.request.mayReveal {
                reveal(of: entry).form(
                    "/telemetry/quarantine/\(entry.id)/reveal", "message", "Show personal values", desk.request, &html)
            }
            guard desk.request.mayReveal else { return }
            html.element("p") { html in
                html.link(
                    "Download exactly these bytes", PageURL("/telemetry/quarantine/\(entry.id)/body"),
                    class: "button quiet")
            }
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
