internal import Events
internal import JSON
internal import Store
internal import Terminal

extension WhereReport {
    func text(_ eventID: String) -> OutputText {
        var lines: [OutputText] = isNeverSeen ? ["\(eventID): never seen"] : []
        for stored in stored { lines += Self.lines(stored, eventID) }
        for entry in quarantined { lines += Self.lines(entry, eventID) }
        if let searched, searched.total > 0, quarantined.isEmpty || searched.messages < searched.total {
            lines.append(Self.line(searched))
        }
        return lines.joined(separator: "\n")
    }

    private static func line(_ searched: Searched) -> OutputText {
        searched.messages < searched.total
            ? "  searched: the bodies of the newest \(searched.messages) of \(searched.total) quarantined messages; --limit 0 searches all"
            : "  searched: the bodies of all \(searched.total) quarantined messages"
    }

    private static func lines(_ stored: Stored, _ eventID: String) -> [OutputText] {
        var lines: [OutputText] = [
            """
            \(eventID): stored in \(stored.table), seq \(stored.seq), occurred \(RFC3339.text(stored.occurredAt)), \
            received \(RFC3339.text(stored.receivedAt))
            """
        ]
        if let last = stored.lastDuplicateAt {
            lines.append(
                stored.duplicates == 1
                    ? "  duplicate: came again once, at \(RFC3339.text(last))"
                    : "  duplicate: came again \(stored.duplicates) times, the last time at \(RFC3339.text(last))")
        }
        for warning in stored.warnings {
            let more: OutputText = warning.count > 1 ? " (the first of \(warning.count))" : ""
            lines.append("  warning \(warning.code) \"\(warning.pointer)\": \(warning.detail)\(more)")
        }
        return lines
    }

    private static func lines(_ entry: Quarantined, _ eventID: String) -> [OutputText] {
        var lines: [OutputText] = [
            """
            \(eventID): quarantined as \(entry.id) from \(entry.queue) at \(RFC3339.text(entry.receivedAt)): \
            \(entry.reason) \(entry.pointer) \(entry.detail)
            """
        ]
        if let found = entry.found {
            let member: OutputText = found.member.map { ", as \($0)" } ?? ""
            lines.append("  found inside the body\(member); the message goes by the id \(entry.eventID)")
        }
        if let resolution = entry.resolution, let at = entry.resolvedAt {
            lines.append("  resolved by \(resolution) at \(RFC3339.text(at))")
        }
        return lines
    }

    func json(_ eventID: String) -> String {
        var json = JSONText()
        json.object { json in
            json.member("event_id", eventID)
            json.member("status", status)
            json.array("stored") { json in for event in stored { Self.write(event, to: &json) } }
            json.array("quarantined") { json in for entry in quarantined { Self.write(entry, to: &json) } }
            if let searched {
                json.object("searched_bodies") { json in
                    json.member("messages", searched.messages)
                    json.member("of", searched.total)
                }
            } else {
                json.member("searched_bodies", json: "null")
            }
        }
        return json.text
    }

    private static func write(_ stored: Stored, to json: inout JSONText) {
        json.object { json in
            json.member("table", stored.table)
            json.member("seq", stored.seq)
            json.member("occurred_at", RFC3339.text(stored.occurredAt))
            json.member("received_at", RFC3339.text(stored.receivedAt))
            json.member("duplicates", stored.duplicates)
            json.member("last_duplicate_at", stored.lastDuplicateAt.map { RFC3339.text($0) })
            json.array("warnings") { json in
                for warning in stored.warnings {
                    json.object { json in
                        json.member("code", warning.code)
                        json.member("pointer", warning.pointer)
                        json.member("detail", warning.detail)
                        json.member("count", warning.count)
                    }
                }
            }
        }
    }

    private static func write(_ entry: Quarantined, to json: inout JSONText) {
        json.object { json in
            json.member("id", entry.id)
            json.member("event_id", entry.eventID)
            json.member("queue", entry.queue)
            json.member("received_at", RFC3339.text(entry.receivedAt))
            json.member("reason", entry.reason)
            json.member("pointer", entry.pointer)
            json.member("detail", entry.detail)
            json.member("found_in_body", entry.found != nil)
            json.member("member", entry.found?.member)
            json.member("resolution", entry.resolution)
            json.member("resolved_at", entry.resolvedAt.map { RFC3339.text($0) })
        }
    }
}
