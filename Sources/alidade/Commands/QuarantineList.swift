internal import ArgumentParser
internal import Store
internal import Terminal

/// `alidade quarantine list`: one line for each message.
struct QuarantineList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List quarantined messages, the newest first, or in groups.",
        discussion: """
            Each line has the number, time of arrival, queue, event id, reason, pointer and what is wrong. The last lines say how many there are \
            and how many are not shown; with --json, which prints one array, they go to standard error.

            With --group there is an entry for each queue, reason, pointer and app_id, the largest first, with the newest message as an example; \
            --limit then counts groups. In pointers, places in arrays and names that producers choose are *. Of more than \
            \(QuarantineGroups.maximum) groups the others are told apart without app_id. With --json it is one object.

            Examples:
              alidade quarantine list
              alidade quarantine list --group
              alidade quarantine list --reason unknown_value --limit 10
              alidade quarantine list --limit 0 --json | jq -r '.[].event_id'
            """)

    @Option(help: "Only this reason code.") var reason: String?
    @Option(help: "Only this queue.") var queue: String?
    @Flag(help: "Also those that were replayed or discarded.") var all = false
    @Flag(help: "One entry for each queue, reason, form of the pointer and app_id.") var group = false
    @Option(help: "How many, the newest first, or with --group the largest groups; 0 for all.") var limit = 100
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit \(limit) is below 0") }
    }

    func run() throws {
        let reader = try common.settings().eventStore().reader()
        let filter = QuarantineFilter(
            reason: reason, queue: queue, state: all ? .all : .open, isNewestFirst: true,
            limit: limit == 0 ? .max : limit)
        if group { return show(try reader.quarantineGroups(filter), limit: filter.limit) }
        let shown = common.json ? try printArray(reader, filter) : try printLines(reader, filter)
        let matching = try reader.quarantineCount(filter)
        // More may have come since.
        let note: OutputText? =
            shown < matching && shown >= limit && limit > 0
            ? "the newest \(shown) of \(matching) are shown; --limit 0 shows all" : nil
        if common.json {
            Output.flush()
            if let note { StandardError.write(note) }
        } else {
            Output.print(try summary(reader, shown: shown))
            if let note { Output.print(note) }
        }
    }

    private func show(_ groups: QuarantineGroups, limit: Int) {
        Output.print(
            common.json ? OutputText(json: groups.json(limit: limit)) : groups.table(.standardOutput, limit: limit))
    }

    private func printLines(_ reader: any StoreReader, _ filter: QuarantineFilter) throws -> Int {
        var shown = 0
        try reader.forEachQuarantined(filter) { entry in
            Output.print(entry.line)
            shown += 1
        }
        return shown
    }

    /// An array that ends also where reading fails.
    private func printArray(_ reader: any StoreReader, _ filter: QuarantineFilter) throws -> Int {
        var shown = 0
        Output.print("[", terminator: "")
        defer { Output.print("]") }
        try reader.forEachQuarantined(filter) { entry in
            Output.print((shown > 0 ? ",\n " : "") + OutputText(json: entry.json(withBody: false)), terminator: "")
            shown += 1
        }
        return shown
    }

    private func summary(_ reader: any StoreReader, shown: Int) throws -> OutputText {
        let counts = try reader.quarantineCounts()
        let total = counts.reduce(0) { $0 + $1.count }
        guard total > 0 else { return shown > 0 ? "nothing is unresolved" : "nothing is in quarantine" }
        return "\(total) unresolved: "
            + counts.map { "\($0.reason) \($0.count)" as OutputText }.joined(separator: ", ")
    }
}
