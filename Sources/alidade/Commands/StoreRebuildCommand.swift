internal import ArgumentParser
internal import JSON
internal import Store
internal import Terminal

/// `alidade store rebuild`: makes everything that is derived anew from the events.
struct StoreRebuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Rebuild the derived tables from the append-only ones, or verify them.",
        discussion: """
            The derived tables hold the identities by which duplicates are found, each session's latest state, and what the metrics are read \
            from. A rebuild locks the store: a running daemon pauses, the broker keeps the messages, and the daemon continues by itself. \
            What old messages say of the members that ingest.dimensions declares counts from then on. With --verify nothing is written and nobody waits. Exit 0 if all is well, 2 if --verify finds a difference.

            Examples:
              alidade store rebuild --verify
              alidade store rebuild
            """)

    @Flag(help: "Only compare, and say what differs.") var verify = false
    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.settings()
        let dimensions = try settings.declaredDimensions()
        let store = try settings.eventStore().upkeep
        let progress = EventCount(verify ? "verifying" : "rebuilding")
        let report =
            try verify
            ? store.verify(progress: progress.show)
            : store.rebuild(dimensions: dimensions, progress: progress.show)
        progress.remove()
        Output.print(common.json ? OutputText(json: json(report)) : text(report))
        if report.differenceCount > 0 || !report.damage.isEmpty { throw ExitStatus.problemsFound.code }
    }

    private func text(_ report: RebuildReport) -> OutputText {
        guard verify else { return "rebuilt every derived table from \(report.events) events" }
        var lines = report.differences.map { OutputText($0) }
        let rest = report.differenceCount - report.differences.count
        if rest > 0 { lines.append("and \(rest) more") }
        lines.append(
            report.differenceCount > 0
                ? "\(report.differenceCount) differences; alidade store rebuild repairs them"
                : "no difference in \(report.events) events")
        lines += report.damage.map { "\($0): no rebuild repairs that" }
        return lines.joined(separator: "\n")
    }

    private func json(_ report: RebuildReport) -> String {
        var json = JSONText()
        json.object { json in
            json.member("action", verify ? "verify" : "rebuild")
            json.member("events", report.events)
            json.member("differences", report.differenceCount)
            json.array("findings") { json in for difference in report.differences { json.string(difference) } }
            json.array("damage") { json in for sentence in report.damage { json.string(sentence) } }
        }
        return json.text
    }
}

/// How many events have been looked at, on a terminal.
private struct EventCount {
    private let doing: String
    private let isShown = TerminalStyle.standardError.isRich

    init(_ doing: String) { self.doing = doing }

    func show(_ events: Int64) {
        if isShown { StandardError.write("\r\(doing): \(events) events", terminator: "") }
    }

    func remove() {
        if isShown { StandardError.write(TerminalStyle.beginningOfLine, terminator: "") }
    }
}
