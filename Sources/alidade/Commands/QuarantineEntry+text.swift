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
            lines.append("resolution   \(resolution) at \(RFC3339.text(resolvedAt))\(why)")
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

extension [UInt8] {
    /// RFC 4648, with padding.
    var base64Text: String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((count + 2) / 3 * 4)
        for start in stride(from: 0, to: count, by: 3) {
            let group = self[start..<Swift.min(start + 3, count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? digits[Int(bits >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
