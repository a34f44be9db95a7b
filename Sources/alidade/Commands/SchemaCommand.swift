internal import ArgumentParser
internal import Events
internal import JSON
internal import MetricsCatalogue
internal import Terminal

/// `alidade schema`: what goes over the broker, in the words of machines, and what is in the store.
struct SchemaCommand: ParsableCommand {
    enum Document: String, CaseIterable, ExpressibleByArgument {
        case profiler
        case intelligence
        case aggregate
        case asyncapi
        case store
    }

    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print a schema: JSON Schema 2020-12, AsyncAPI 3 for everything, or the store's columns.",
        discussion: """
            The documents are made from the same tables by which the daemon checks messages. store prints every table, view and column that \
            people may read: their types, units and meanings.

            Examples:
              alidade schema profiler > profiler.schema.json
              alidade schema asyncapi
              alidade schema store --json
            """)

    @Argument(help: "profiler, intelligence, aggregate (JSON Schema), asyncapi or store.") var document: Document
    @Flag(help: "The store's columns as JSON; everything else always is.") var json = false

    func run() {
        if document == .store, !json { return Output.print(StoreTables.text(.standardOutput)) }
        Output.print(json: tree.pretty())
    }

    private var tree: JSONTree {
        switch document {
        case .profiler: MessageSchema.profiler
        case .intelligence: MessageSchema.intelligence
        case .aggregate: AggregateSchema.document
        case .asyncapi: AsyncAPIDocument.tree
        case .store: StoreTables.tree
        }
    }
}
