internal import ArgumentParser
internal import Events
internal import Store
internal import Terminal

/// `alidade quarantine export`: JSON Lines with bodies, for other tools.
struct QuarantineExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write quarantined messages as JSON Lines, with their bodies.",
        discussion: """
            A body that is UTF-8 is under `body`, any other one under `body_base64`.

            Examples:
              alidade quarantine export > quarantine.jsonl
              alidade quarantine export --reason unknown_value --bodies
            """)

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
