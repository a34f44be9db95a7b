internal import ArgumentParser
internal import Store
internal import Terminal

/// `alidade quarantine show`: everything about one message.
struct QuarantineShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one quarantined message with every error, its properties and its body.",
        discussion: """
            Examples:
              alidade quarantine show 17
              alidade quarantine show 17 --json
            """)

    @Argument(help: "The message's number, as `list` shows it.") var id: Int64
    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.settings()
        let reader = try settings.eventStore().reader()
        var found: QuarantineEntry?
        try reader.forEachQuarantined(QuarantineFilter(ids: [id], state: .all)) { found = $0 }
        guard let entry = found else { throw ExitStatus.failed.error("there is no quarantined message \(id)") }
        Output.print(common.json ? OutputText(json: entry.json(withBody: true)) : entry.page)
    }
}
