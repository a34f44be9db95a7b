internal import ArgumentParser
internal import Events
internal import Store
internal import Terminal

/// `alidade where`: what became of one event.
struct WhereCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "where", abstract: "Tell what became of one event: stored, duplicate, quarantined, or never seen.",
        discussion: """

            Where no stored event has the id, the bodies of quarantined messages that go by another id are searched for it too: a body that is \
            no JSON, or cut, or whose message_id counted. It must stand there by itself, as a text in JSON does; UTF-8 and UTF-16 are searched, \
            and nothing that is compressed or base64. The newest are searched first, at most --limit of them, for at most 10 seconds, until 20 \
            are found.

            Examples:
              alidade where 6c0b1d1e-0c55-4b4b-9f5e-5a6a51f8f3a1
              alidade where 6c0b1d1e-0c55-4b4b-9f5e-5a6a51f8f3a1 --limit 0
              alidade where view-17 --at 2026-02-09T12:00:00Z --json
            """)

    @Argument(help: "The id of the event: event_id in the body, else the AMQP message_id, else the hash of the body.")
    var eventID: String
    @Option(help: "When the event occurred (RFC 3339), where an id was used more than once.") var at: String?
    @Option(
        help:
            "In how many quarantined bodies, the newest first, the id is looked for; 0 for all, however long it takes.")
    var limit: Int64 = 100_000
    @OptionGroup var common: CommonOptions

    private static let patience = Duration.seconds(10)

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit \(limit) is below 0") }
    }

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
        var report = try reader.find(eventID: eventID, occurredAt: occurredAt)
        if report.stored.isEmpty {
            var (found, searched) = try reader.findInBodies(
                eventID: eventID, limit: limit == 0 ? .max : limit, deadline: limit == 0 ? nil : .now + Self.patience)
            searched.total -= Int64(report.quarantined.count)
            report.quarantined += found
            report.searched = searched
        }
        Output.print(common.json ? OutputText(json: report.json(eventID)) : report.text(eventID))
    }
}

extension WhereReport {
    /// One word for scripts; a stored event that came again is `duplicate` as well as stored, and counts as stored here.
    var status: String {
        if !stored.isEmpty { return Outcome.stored.rawValue }
        return quarantined.isEmpty ? "never_seen" : Outcome.quarantined.rawValue
    }
}
