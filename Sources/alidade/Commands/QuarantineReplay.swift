internal import ArgumentParser
internal import Events
internal import Ingest
internal import DaemonSettings
internal import JSON
internal import Store
internal import Terminal

/// `alidade quarantine replay`: today's checks on the kept bodies.
struct QuarantineReplay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Check quarantined messages again and store those that pass now.",
        discussion: """
            A message keeps its original identity and arrival time, so a replay never stores anything twice. Messages that are still refused \
            stay in quarantine; so do those whose queue this version does not know, and both are named. --dry-run does the same and undoes it: it says exactly what would happen.

            Examples:
              alidade quarantine replay --dry-run --reason unknown_value
              alidade quarantine replay --id 17 --note "the producer is fixed"
            """)

    @Option(help: "Only this reason code.") var reason: String?
    @Option(help: "Only this message; may be given several times.") var id: [Int64] = []
    @Option(help: "Kept with the resolution.") var note: String?
    @Flag(help: "Change nothing.") var dryRun = false
    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.settings()
        let store = try settings.eventStore()
        let filter = QuarantineFilter(ids: id.isEmpty ? nil : id, reason: reason)
        var tally = ReplayTally()
        var seen: Set<Int64> = []
        try Replay(store: store, options: try settings.ingestOptions())
            .run(filter, note: note, by: .ofThisProcess, isDryRun: dryRun) { id, eventID, outcome in
                tally.count(outcome)
                if !self.id.isEmpty { seen.insert(id) }
                Output.print(
                    common.json ? OutputText(json: line(json: id, eventID, outcome)) : line(id, eventID, outcome))
            }
        if !common.json { Output.print(tally.summary(isDryRun: dryRun)) }
        let missing = Set(id).subtracting(seen).sorted()
        guard missing.isEmpty else {
            let numbers = missing.map { "\($0)" }.joined(separator: ", ")
            throw ExitStatus.failed.error("there is no unresolved quarantined message \(numbers)")
        }
    }

    private func line(_ id: Int64, _ eventID: String, _ outcome: ReplayOutcome) -> OutputText {
        switch outcome {
        case .stored: "\(id) \(eventID): \(dryRun ? "would be stored" : "stored")"
        case .duplicate:
            "\(id) \(eventID): \(dryRun ? "would be a duplicate" : "duplicate"): its event is stored already"
        case .resolvedBefore: "\(id) \(eventID): somebody else has resolved it in the meantime"
        case .unknownQueue(let queue):
            "\(id) \(eventID): left as it is: its queue, \(queue), is none that this version reads"
        case .refused(let errors, let count):
            "\(id) \(eventID): still refused: "
                + errors.map { "\($0.reason.rawValue) \($0.pointer) \($0.detail)" as OutputText }.joined(
                    separator: "; ") + (count > errors.count ? "; \(count - errors.count) more errors" : "")
        }
    }

    private func line(json id: Int64, _ eventID: String, _ outcome: ReplayOutcome) -> String {
        var json = JSONText()
        json.object { json in
            json.member("id", id)
            json.member("event_id", eventID)
            json.member("dry_run", dryRun)
            switch outcome {
            case .stored: json.member("outcome", "stored")
            case .duplicate: json.member("outcome", "duplicate")
            case .resolvedBefore: json.member("outcome", "resolved_before")
            case .unknownQueue(let queue):
                json.member("outcome", "unknown_queue")
                json.member("queue", queue)
            case .refused(let errors, let count):
                json.member("outcome", "refused")
                json.member("errors", errors)
                json.member("error_count", count)
            }
        }
        return json.text
    }
}

private struct ReplayTally {
    var stored = 0
    var duplicates = 0
    var refused = 0
    var resolved = 0
    var unplaced = 0
    var total: Int { stored + duplicates + refused + resolved + unplaced }

    mutating func count(_ outcome: ReplayOutcome) {
        switch outcome {
        case .stored: stored += 1
        case .duplicate: duplicates += 1
        case .refused: refused += 1
        case .resolvedBefore: resolved += 1
        case .unknownQueue: unplaced += 1
        }
    }

    func summary(isDryRun: Bool) -> OutputText {
        "\(isDryRun ? "dry run: " : "")\(total) messages: \(stored) stored, \(duplicates) duplicates, \(refused) still refused"
            + (unplaced > 0 ? ", \(unplaced) of unknown queues" : "")
    }
}
