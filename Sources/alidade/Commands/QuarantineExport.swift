internal import ArgumentParser
internal import Ingest
internal import Store
internal import Terminal

/// `alidade quarantine export`: JSON Lines with bodies, for other tools.
struct QuarantineExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write quarantined messages as JSON Lines, with their bodies.",
        discussion: """
            A body that is UTF-8 is the member `body`; any other one is `body_base64`.

            Examples:
              alidade quarantine export > quarantine.jsonl
              alidade quarantine export --reason unknown_value --bodies
            """)

    @Option(help: "Only this reason code.") var reason: String?
    @Flag(help: "Also those that were replayed or discarded.") var all = false
    @Flag(
        help:
            "Write only the bodies, one a line: what `alidade ingest` reads. JSON over several lines is joined; other bodies of several lines, and bad UTF-8, are left out."
    )
    var bodies = false
    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.settings()
        let reader = try settings.eventStore().reader()
        var leftOut = 0
        try reader.forEachQuarantined(QuarantineFilter(reason: reason, includesResolved: all)) { entry in
            guard bodies else { return Output.print(json: entry.json(withBody: true)) }
            if String(validating: entry.body, as: UTF8.self) != nil, let line = JSONLine.make(of: entry.body) {
                Output.print(exactly: line)
            } else {
                leftOut += 1
            }
        }
        Output.flush()
        if leftOut > 0 {
            StandardError.write("\(leftOut) bodies are not UTF-8, or no JSON and of several lines, and were left out")
        }
    }
}
