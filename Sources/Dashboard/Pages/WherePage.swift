internal import Events
internal import HTML
internal import JSON
internal import Staff
internal import Store

/// What became of one event: stored, come again, refused, or never seen.
enum WherePage {
    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var parameters = desk.parameters
        let id = parameters.text("id", longest: 1024)
        parameters.ignore("until")
        try parameters.finish()
        let report = try id.map { try find($0, desk) }
        if desk.request.format == .json {
            guard let id, let report else { throw PageFault(400, "This address does not work", ["id is missing."]) }
            return .json(200, json(id, report))
        }
        return desk.layout.page("Where is an event?", in: nil, formats: id == nil ? [] : [.json]) { html in
            html.element("div", [.class("head")]) { html in
                html.element("div") { html in
                    html.element("h1", "What became of an event")
                    html.element("p", "By the id that its producer gave it; also where it is inside a refused message.")
                }
            }
            html.element(
                "form", [.class("filters"), .attribute("method", "get"), .attribute("action", desk.request.url.path)]
            ) { html in
                html.field("id", "Event id", desk.request, size: 40)
                html.element("button", "Find")
            }
            guard let id, let report else { return }
            html.element("section", [.class("panel"), .attribute("role", "status")]) { html in
                if report.isNeverSeen { never(id, report, &html) }
                for stored in report.stored { row(stored, desk, &html) }
                for refused in report.quarantined { row(refused, desk, &html) }
            }
        }
    }

    private static func find(_ id: String, _ desk: PageDesk) throws -> WhereReport {
        let reader = try desk.reader.reader()
        var report = try reader.find(eventID: id, occurredAt: nil)
        guard report.isNeverSeen else { return report }
        let (found, searched) = try reader.findInBodies(eventID: id, limit: 10_000, deadline: desk.reader.deadline)
        report.quarantined = found
        report.searched = searched
        return report
    }

    private static func never(_ id: String, _ report: WhereReport, _ html: inout HTMLText) {
        html.element("p") { html in
            html.element("b", "Never seen. ")
            html.text("No event has this id, and no refused message goes by it.")
        }
        if let searched = report.searched, searched.messages < searched.total {
            html.element(
                "p", [.class("note")],
                "The bodies of the newest \(Words.count(searched.messages)) of \(Words.count(searched.total)) refused messages were searched for it."
            )
        }
    }

    private static func row(_ stored: WhereReport.Stored, _ desk: PageDesk, _ html: inout HTMLText) {
        html.element("article", [.class("block")]) { html in
            html.element("p") { html in
                html.element("span", [.class("tag good")], "stored")
                html.text(" as \(stored.word.lowercased().replacing("_", with: " "))")
                switch stored.subject {
                case .signal(let id):
                    html.text(" of ")
                    html.link("signal \(id)", "/telemetry/signals/\(id)/")
                case .session(let id):
                    html.text(" of ")
                    html.link("session \(id)", SessionsPage.url(of: id))
                case nil: break
                }
                html.text(", in \(stored.table), row \(stored.seq)")
            }
            html.element("dl", [.class("facts")]) { html in
                html.fact("Occurred") { $0.time(stored.occurredAt, desk.request) }
                html.fact("Received") { $0.time(stored.receivedAt, desk.request) }
                html.fact("Came again") { html in
                    html.text(stored.duplicates == 0 ? "never" : Words.count(stored.duplicates, "time"))
                    if let last = stored.lastDuplicateAt { html.text(", last "); html.time(last, desk.request) }
                }
                for warning in stored.warnings {
                    html.fact("Warning") { html in
                        html.link(warning.code, "/telemetry/definitions/#\(warning.code)")
                        html.text(" \(warning.pointer) \(warning.detail)")
                    }
                }
            }
        }
    }

    private static func row(_ refused: WhereReport.Quarantined, _ desk: PageDesk, _ html: inout HTMLText) {
        html.element("article", [.class("block")]) { html in
            html.element("p") { html in
                html.element(
                    "span", [.class("tag bad")], refused.resolution == nil ? "in quarantine" : refused.resolution ?? "")
                html.text(" ")
                html.link(
                    "message \(refused.id)", "/telemetry/quarantine/\(refused.id)/", for: .operator, desk.request)
                html.text(" of \(refused.queue), ")
                html.time(refused.receivedAt, desk.request)
            }
            html.element("p") { html in
                html.link(refused.reason, "/telemetry/definitions/#\(refused.reason)")
                html.text(" \(refused.pointer) \(refused.detail)")
            }
        }
    }

    private static func json(_ id: String, _ report: WhereReport) -> String {
        var json = JSONText()
        json.object { json in
            json.member("event_id", id)
            json.array("stored") { json in
                for stored in report.stored {
                    json.object { json in
                        json.member("table", stored.table)
                        json.member("seq", stored.seq)
                        json.member("word", stored.word)
                        switch stored.subject {
                        case .signal(let id): json.member("risk_signal_id", id)
                        case .session(let id): json.member("session_id", id)
                        case nil: break
                        }
                        json.member("occurred_at", RFC3339.text(stored.occurredAt))
                        json.member("received_at", RFC3339.text(stored.receivedAt))
                        json.member("duplicates", stored.duplicates)
                        json.array("warnings") { json in for warning in stored.warnings { json.string(warning.code) } }
                    }
                }
            }
            json.array("quarantined") { json in
                for refused in report.quarantined {
                    json.object { json in
                        json.member("id", refused.id)
                        json.member("queue", refused.queue)
                        json.member("received_at", RFC3339.text(refused.receivedAt))
                        json.member("reason", refused.reason)
                        json.member("pointer", refused.pointer)
                        json.member("detail", refused.detail)
                        json.member("resolution", refused.resolution)
                    }
                }
            }
        }
        return json.text
    }
}
