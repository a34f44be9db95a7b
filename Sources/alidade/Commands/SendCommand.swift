internal import AMQP
internal import ArgumentParser
internal import Events
internal import Ingest
internal import Synchronization
internal import Terminal

/// `alidade send`: publishes JSON Lines.
struct SendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Publish JSON Lines to the broker, persistent and with confirms.",
        discussion: """
            Each line goes to the exchange `telemetry` with a routing key of its kind. Exits 0 only when the broker has confirmed every line; a \
            message that no queue takes is an error.

            Examples:
              alidade send events.jsonl --kind intelligence
              alidade quarantine export --bodies | alidade send - --kind profiler
            """)

    @ArgumentParser.Argument(help: "JSON Lines files; - is standard input.") var files: [String]
    @Option(help: "profiler or intelligence: decides the routing key.") var kind: MessageKind
    @Option(help: "Another routing key.") var routingKey: String?
    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.settings()
        let broker = try BrokerConfiguration(settings)
        let result = Mutex<Result<Int, any Error>>(.success(0))
        // A thread with the deep stack that the C library's decoder needs.
        try DedicatedThread.start(named: "send") {
            result.withLock { result in result = Result { try send(broker.options(for: "send")) } }
        }.join()
        let sent = try result.withLock { try $0.get() }
        if common.json {
            var json = JSONText()
            json.object { $0.member("confirmed", sent) }
            Output.print(json: json.text)
        } else {
            Output.print("\(sent) messages confirmed by the broker")
        }
    }

    private func send(_ options: ConnectionOptions) throws -> Int {
        let connection = try Connection.open(options)
        var sender = try ConfirmedSender(connection, exchange: Topology.eventsExchange)
        let key = ShortText(routingKey ?? kind.routingKey)
        let bar = ProgressBar(total: nil)
        var bytes: UInt64 = 0
        for file in files {
            var lines = try LineReader(path: file)
            var failure: (any Error)?
            while try lines.next({ line in
                bytes += UInt64(line.count)
                do { try sender.send(line, routingKey: key) } catch { failure = error }
            }) {
                if let failure { throw ExitStatus.failed.error("\(file), line \(lines.lineNumber): \(failure)") }
                bar.update(done: bytes, count: sender.confirmed)
            }
        }
        try sender.finish()
        bar.finish(done: bytes, count: sender.confirmed)
        return sender.confirmed
    }
}
