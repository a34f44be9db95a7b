internal import ArgumentParser
internal import Events
internal import Store
internal import Terminal

/// `alidade quarantine export`: JSON Lines with bodies, for other tools and for `alidade ingest`.
struct QuarantineExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write quarantined messages as JSON Lines, with their bodies.",
        discussion: """
            Without --bodies each line says everything about a message; a body that is UTF-8 is the member `body`, any other one is `body_base64`.

            With --bodies each line is what `alidade ingest` takes in again, with the same bytes. It is the body itself where that is a JSON object \
            on one line and no AMQP property counts. Else it is {"$alidade":{"queue":…,"properties":…,"body":…}}, with `body_base64` where the \
            body is not UTF-8. Where there are messages of both queues and --kind does not choose one, all lines are of the second form.

            Examples:
              alidade quarantine export > quarantine.jsonl
              alidade quarantine export --reason unknown_value --bodies --kind profiler
              alidade quarantine export --bodies > refused.jsonl
            """)

    @Option(help: "Only this reason code.") var reason: String?
    @Option(help: "profiler or intelligence: only messages of its queue.") var kind: MessageKind?
    @Flag(help: "Also those that were replayed or discarded.") var all = false
    @Flag(help: "Write what `alidade ingest` reads.") var bodies = false
    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.settings()
        let reader = try settings.eventStore().reader()
        let filter = QuarantineFilter(reason: reason, queue: kind?.queue.name, state: all ? .all : .open)
        // Others may come meanwhile.
        let queues = bodies ? try reader.quarantineQueues(filter) : []
        try reader.forEachQuarantined(filter) { entry in
            guard bodies else { return Output.print(json: entry.json(withBody: true)) }
            let line = ExportedMessage.line(
                queue: entry.queue, properties: entry.properties, body: entry.body,
                isQueueKnown: queues.count == 1 && queues[0] == entry.queue)
            Output.print(exactly: line)
        }
    }
}
