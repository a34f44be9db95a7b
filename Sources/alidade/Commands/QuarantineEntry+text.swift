internal import Events
internal import JSON
internal import Store
internal import Terminal

extension QuarantineEntry {
    /// There are more errors than were kept.
    private var isCut: Bool { errorCount > Int64(Rejection.keptPerMessage) }

    /// One line for a list.
    var line: OutputText {
        let state: OutputText = resolution.map { " [\($0)]" } ?? ""
        return "\(id) \(RFC3339.text(receivedAt)) \(queue) \(eventID)\(state) \(reason) \(pointer) \(detail)"
    }

    /// Everything, for people.
    var page: OutputText {
        var lines: [OutputText] = [
            "id           \(id)", "event id     \(eventID)", "queue        \(queue)",
            "received at  \(RFC3339.text(receivedAt))",
            "reason       \(reason) \(pointer) \(detail)",
            "errors       \(isCut ? "\(errorCount), of which the first are " : "" as OutputText)\(OutputText(json: errors))",
            "properties   \(OutputText(json: properties))",
        ]
        if let resolution, let resolvedAt {
            let why: OutputText = note.map { ": \($0)" } ?? ""
            let who: OutputText = actor.map { " by \($0)" } ?? ""
            lines.append("resolution   \(resolution) at \(RFC3339.text(resolvedAt))\(who)\(why)")
        }
        lines.append("body         \(body.count) bytes")
        lines.append(OutputText(indenting: body))
        return lines.joined(separator: "\n")
    }

    func json(withBody: Bool) -> String {
        var json = JSONText()
        json.object { json in
            json.member("id", id)
            json.member("received_at", RFC3339.text(receivedAt))
            json.member("queue", queue)
            json.member("event_id", eventID)
            json.member("reason", reason)
            json.member("pointer", pointer)
            json.member("detail", detail)
            json.member("errors", json: errors)
            json.member("error_count", errorCount)
            json.member("properties", json: properties)
            json.member("resolution", resolution)
            json.member("resolved_at", resolvedAt.map { RFC3339.text($0) })
            json.member("note", note)
            json.member("actor", actor)
            guard withBody else { return }
            if let text = String(validating: body, as: UTF8.self) {
                json.member("body", text)
            } else {
                json.member("body_base64", body.base64Text)
            }
        }
        return json.text
    }
}
