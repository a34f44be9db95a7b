internal import ArgumentParser
internal import Events
internal import TelemetryMetrics
internal import Terminal

/// `alidade schema`: the contract in the words of machines.
struct SchemaCommand: ParsableCommand {
    enum Document: String, CaseIterable, ExpressibleByArgument {
        case profiler
        case intelligence
        case aggregate
        case asyncapi
    }

    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print a schema document: JSON Schema 2020-12, or AsyncAPI 3 for all of it.",
        discussion: """
            Made from the tables that the daemon itself works by.

            Examples:
              alidade schema profiler > profiler.schema.json
              alidade schema asyncapi
            """)

    @Argument(help: "profiler, intelligence, aggregate (JSON Schema) or asyncapi.") var document: Document

    func run() {
        Output.print(json: tree.pretty())
    }

    private var tree: JSONTree {
        switch document {
        case .profiler: MessageSchema.profiler
        case .intelligence: MessageSchema.intelligence
        case .aggregate: AggregateSchema.document
        case .asyncapi: AsyncAPIDocument.tree
        }
    }
}
