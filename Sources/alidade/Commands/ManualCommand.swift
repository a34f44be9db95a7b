internal import ArgumentParser
internal import MetricsCatalogue
internal import Terminal

/// `alidade manual PAGE`: the parts of a page of the documentation that are made from the code. For those who write the pages.
struct ManualCommand: ParsableCommand {
    enum Page: String, CaseIterable, ExpressibleByArgument {
        case datasette
        case messages
        case metrics
        case reasons
        case receipts
        case store
        case topology
    }

    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Print the tables of a page of the documentation.",
        discussion: """
            Examples:
              alidade manual receipts
              alidade manual messages
            """, shouldDisplay: false)

    @Argument(help: "datasette, messages, metrics, reasons, receipts, store or topology.") var page: Page

    func run() {
        let text =
            switch page {
            case .datasette: DatasetteTables.yaml
            case .messages: MessageTables.markdown
            case .metrics: MetricCatalogue.markdown
            case .reasons: ReasonTables.markdown
            case .receipts: ReceiptTables.markdown
            case .store: StoreTables.markdown
            case .topology: TopologyTables.markdown
            }
        Output.print(OutputText(ownWords: text), terminator: "")
    }
}
