internal import ArgumentParser
internal import Events
internal import JSON
internal import MetricsCatalogue
internal import Terminal

/// `alidade schema`: what goes over the broker, in the words of machines.
struct SchemaCommand: ParsableCommand {
    enum Document: String, CaseIterable, ExpressibleByArgument {
        case profiler
        case intelligence
        case aggregate
        case asyncapi
    }

    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print a schema: JSON Schema 2020-12, or AsyncAPI 3 for everything.",
        discussion: """
            The documents are made from the same tables by which the daemon checks messages.

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
