internal import ArgumentParser
internal import Events
internal import JSON
internal import Store
internal import Terminal

/// `alidade where`: what became of one event.
struct WhereCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "where", abstract: "Tell what became of one event: stored, duplicate, quarantined, or never seen.",
        discussion: """
            Without --at the whole index is searched, because it is ordered by time: about a second for some millions of events.

            Examples:
              alidade where 6c0b1d1e-0c55-4b4b-9f5e-5a6a51f8f3a1
              alidade where view-17 --at 2026-02-09T12:00:00Z --json
            """)

    @Argument(help: "The id of the event: event_id in the body, else the AMQP message_id, else the hash of the body.")
    var eventID: String
    @Option(help: "When the event occurred (RFC 3339); makes the search instant.") var at: String?
    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.settings()
        var occurredAt: Timestamp?
        if let at {
            switch RFC3339.parse(at) {
            case .success(let time): occurredAt = time
            case .failure(let failure): throw ValidationError("--at \(at): \(failure.explanation)")
            }
        }
        let reader = try settings.eventStore().reader()
        let report = try reader.find(eventID: eventID, occurredAt: occurredAt)
        Output.print(common.json ? OutputText(json: json(report)) : text(report))
    }

    private func text(_ report: WhereReport) -> OutputText {
        guard !report.isNeverSeen else { return "\(eventID): never seen" }
        var lines: [OutputText] = []
        for stored in report.stored {
            lines.append(
                """
                \(eventID): stored in \(stored.table), seq \(stored.seq), occurred \(RFC3339.text(stored.occurredAt)), \
                received \(RFC3339.text(stored.receivedAt))
                """)
            if let last = stored.lastDuplicateAt {
                lines.append(
                    stored.duplicates == 1
                        ? "  duplicate: came again once, at \(RFC3339.text(last))"
                        : "  duplicate: came again \(stored.duplicates) times, the last time at \(RFC3339.text(last))")
            }
        }
        for entry in report.quarantined {
            lines.append(
                """
                \(eventID): quarantined as \(entry.id) from \(entry.queue) at \(RFC3339.text(entry.receivedAt)): \
                \(entry.reason) \(entry.pointer) \(entry.detail)
                """)
            if let resolution = entry.resolution, let at = entry.resolvedAt {
                lines.append("  resolved by \(resolution) at \(RFC3339.text(at))")
            }
        }
        return lines.joined(separator: "\n")
    }

    private func json(_ report: WhereReport) -> String {
        var json = JSONText()
        json.object { json in
            json.member("event_id", eventID)
            json.member("status", report.status)
            json.array("stored") { json in
                for stored in report.stored {
                    json.object { json in
                        json.member("table", stored.table)
                        json.member("seq", stored.seq)
                        json.member("occurred_at", RFC3339.text(stored.occurredAt))
                        json.member("received_at", RFC3339.text(stored.receivedAt))
                        json.member("duplicates", stored.duplicates)
                        json.member("last_duplicate_at", stored.lastDuplicateAt.map { RFC3339.text($0) })
                    }
                }
            }
            json.array("quarantined") { json in
                for entry in report.quarantined {
                    json.object { json in
                        json.member("id", entry.id)
                        json.member("queue", entry.queue)
                        json.member("received_at", RFC3339.text(entry.receivedAt))
                        json.member("reason", entry.reason)
                        json.member("pointer", entry.pointer)
                        json.member("detail", entry.detail)
                        json.member("resolution", entry.resolution)
                        json.member("resolved_at", entry.resolvedAt.map { RFC3339.text($0) })
                    }
                }
            }
        }
        return json.text
    }
}

extension WhereReport {
    /// One word for scripts; a stored event that came again is `duplicate` as well as stored, and counts as stored here.
    var status: String {
        if !stored.isEmpty { return Outcome.stored.rawValue }
        return quarantined.isEmpty ? "never_seen" : Outcome.quarantined.rawValue
    }
}
