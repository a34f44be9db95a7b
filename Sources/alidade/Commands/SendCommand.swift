internal import AMQP
internal import ArgumentParser
internal import Broker
internal import Events
internal import Ingest
internal import JSON
internal import Synchronization
internal import Terminal
internal import Threads

/// `alidade send`: publishes the messages of files.
struct SendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Publish messages from files, and wait until the broker has confirmed them.",
        discussion: """
            A file holds JSON Lines, or JSON documents of any layout. Each message goes to the exchange `telemetry`, persistent, with a routing \
            key of its kind. The exit code is 0 only if the broker has confirmed every message; a message that no queue takes is an error. A line \
            of `alidade quarantine export --bodies` that begins with {"$alidade": is left out and named: `alidade ingest` reads it.

            Examples:
              alidade send events.jsonl --kind intelligence
              zcat old.jsonl.gz | alidade send - --kind profiler
            """)

    @ArgumentParser.Argument(help: "Files; - is standard input.") var files: [String]
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
        var leftOut = 0
        for file in files {
            var reader = try MessageReader(path: file)
            var failure: (any Error)?
            var oversized: UInt64?
            var isExported = false
            while try reader.next({ item in
                switch item {
                case .oversized(let count): oversized = count
                case .message(let message) where ExportedMessage.isOne(message): isExported = true
                case .message(let message):
                    bytes += UInt64(message.count)
                    do { try sender.send(message, routingKey: key) } catch { failure = error }
                }
            }) {
                if let failure { throw ExitStatus.failed.error("\(file), line \(reader.lineNumber): \(failure)") }
                if let count = oversized.take() {
                    StandardError.write("\(reader.oversized(count))")
                    leftOut += 1
                }
                if isExported {
                    StandardError.write(
                        "\(file), line \(reader.lineNumber): an exported message with its properties, for `alidade ingest`; it is left out"
                    )
                    leftOut += 1
                    isExported = false
                }
                bar.update(done: bytes, count: sender.confirmed)
            }
        }
        try sender.finish()
        bar.finish(done: bytes, count: sender.confirmed)
        if leftOut > 0 {
            throw ExitStatus.failed.error("\(sender.confirmed) messages confirmed by the broker, \(leftOut) left out")
        }
        return sender.confirmed
    }
}
