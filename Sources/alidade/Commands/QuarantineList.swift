internal import ArgumentParser
internal import Events
internal import Store
internal import Terminal

/// `alidade quarantine list`: one line for each message.
struct QuarantineList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List quarantined messages, oldest first.")

    @Option(help: "Only this reason code.") var reason: String?
    @Option(help: "Only this queue.") var queue: String?
    @Flag(help: "Also those that were replayed or discarded.") var all = false
    @Option(help: "At most so many.") var limit = 100
    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.settings()
        let reader = try StoreReader.open(settings.storeLocation())
        let filter = QuarantineFilter(reason: reason, queue: queue, includesResolved: all, limit: limit)
        var shown = 0
        if common.json { Output.print("[", terminator: "") }
        try reader.forEachQuarantined(filter) { entry in
            if common.json {
                Output.print((shown > 0 ? ",\n " : "") + OutputText(json: entry.json(withBody: false)), terminator: "")
            } else {
                Output.print(entry.line)
            }
            shown += 1
        }
        guard !common.json else { return Output.print("]") }
        let counts = try reader.quarantineCounts()
        let total = counts.reduce(0) { $0 + $1.count }
        let reasons = counts.map { "\($0.reason) \($0.count)" as OutputText }.joined(separator: ", ")
        Output.print(
            total == 0
                ? "nothing is in quarantine"
                : "\(total) unresolved: \(reasons)" + (shown < total ? " (\(shown) shown)" : ""))
    }
}

/// `alidade quarantine show`: everything about one message.
struct QuarantineShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one quarantined message whole.")

    @Argument(help: "The message's number, as `list` shows it.") var id: Int64
    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.settings()
        let reader = try StoreReader.open(settings.storeLocation())
        var found: QuarantineEntry?
        try reader.forEachQuarantined(QuarantineFilter(id: id, includesResolved: true)) { found = $0 }
        guard let entry = found else { throw ExitStatus.failed.error("there is no quarantined message \(id)") }
        Output.print(common.json ? OutputText(json: entry.json(withBody: true)) : entry.page)
    }
}

/// `alidade quarantine export`: JSON Lines with bodies, for other tools.
struct QuarantineExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write quarantined messages as JSON Lines, with their bodies.",
        discussion: "A body that is UTF-8 is under `body`, any other one under `body_base64`.")

    @Option(help: "Only this reason code.") var reason: String?
    @Flag(help: "Also those that were replayed or discarded.") var all = false
    @Flag(
        help:
            "Write only the bodies, one a line: what `alidade ingest` reads. Bodies with line breaks or bad UTF-8 are left out."
    )
    var bodies = false
    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.settings()
        let reader = try StoreReader.open(settings.storeLocation())
        var leftOut = 0
        try reader.forEachQuarantined(QuarantineFilter(reason: reason, includesResolved: all)) { entry in
            guard bodies else { return Output.print(json: entry.json(withBody: true)) }
            if !entry.body.contains(0x0A), String(validating: entry.body, as: UTF8.self) != nil {
                Output.print(exactly: entry.body)
            } else {
                leftOut += 1
            }
        }
        Output.flush()
        if leftOut > 0 { StandardError.write("\(leftOut) bodies are not one line of UTF-8 and were left out") }
    }
}
