package import AMQP
internal import Events

/// The exchanges, queues and bindings of the contract's section 1, as data.
package struct Topology: Sendable {
    package enum QueueType: String, Sendable {
        case quorum
        case classic
    }

    package enum Mode: String, Sendable {
        /// Makes what is missing; refuses what is different.
        case declare
        /// Only looks: for brokers whose operators own the topology.
        case check
    }

    package var mode: Mode
    package var queueType: QueueType

    package init(mode: Mode, queueType: QueueType) {
        self.mode = mode
        self.queueType = queueType
    }

    package struct Queue: Sendable {
        package var name: String
        package var arguments: [String: Argument]
        /// The exchange and the key it is bound with; nil for the default exchange.
        package var binding: (exchange: String, key: String)?
    }

    package static let eventsExchange = "telemetry"
    package static let aggregatesExchange = "telemetry.aggregates"
    package static let requestsQueue = "telemetry-metrics-requests"
    package static let aggregatesQueue = "telemetry-aggregates"

    /// Both are durable topic exchanges.
    package var exchanges: [String] { [Self.eventsExchange, Self.aggregatesExchange] }

    /// All are durable.
    package var queues: [Queue] {
        let type: [String: Argument] = queueType == .quorum ? ["x-queue-type": .text("quorum")] : [:]
        let ingest = IngestQueue.allCases.map {
            Queue(name: $0.name, arguments: type, binding: (Self.eventsExchange, $0.bindingKey))
        }
        // A quorum queue knows no drop-head before it is full of what nobody has read; the two others are classic on every broker.
        return ingest + [
            Queue(name: Self.requestsQueue, arguments: [:], binding: nil),
            Queue(
                name: Self.aggregatesQueue,
                arguments: ["x-max-length": .integer(100_000), "x-overflow": .text("drop-head")],
                binding: (Self.aggregatesExchange, "#")),
        ]
    }

    /// What is wrong with one object of the topology.
    package struct Problem: Error, Sendable, CustomStringConvertible {
        /// `exchange telemetry`, `queue profiler-telemetry`.
        package var object: String
        package var expected: String
        package var cause: AMQPError

        package var description: String {
            "\(object): expected \(expected); the broker said: \(cause.brokerText ?? cause.reason)"
        }
    }

    /// Declares or checks everything in turn; stops at the first thing that is wrong, because the broker closes the channel over it.
    package func apply(to connection: inout Connection) throws(Problem) {
        for name in exchanges { try apply(exchange: name, to: &connection) }
        for queue in queues { try apply(queue, to: &connection) }
    }

    /// Applies one object; `index` counts exchanges first, then queues: for a report of all of them.
    package func apply(objectAt index: Int, to connection: inout Connection) throws(Problem) {
        if index < exchanges.count {
            try apply(exchange: exchanges[index], to: &connection)
        } else {
            try apply(queues[index - exchanges.count], to: &connection)
        }
    }

    package var objectNames: [String] { exchanges.map { "exchange \($0)" } + queues.map { "queue \($0.name)" } }

    private func apply(exchange name: String, to connection: inout Connection) throws(Problem) {
        do {
            switch mode {
            case .declare: try connection.declareExchange(name, type: "topic", durable: true)
            case .check: try connection.checkExchange(name)
            }
        } catch { throw Problem(object: "exchange \(name)", expected: "a durable topic exchange", cause: error) }
    }

    private func apply(_ queue: Queue, to connection: inout Connection) throws(Problem) {
        do {
            switch mode {
            case .declare:
                _ = try connection.declareQueue(queue.name, durable: true, arguments: queue.arguments)
                if let binding = queue.binding {
                    try connection.bindQueue(queue.name, to: binding.exchange, routingKey: binding.key)
                }
            case .check: _ = try connection.checkQueue(queue.name)
            }
        } catch { throw Problem(object: "queue \(queue.name)", expected: expectation(of: queue), cause: error) }
    }

    private func expectation(of queue: Queue) -> String {
        let type = queue.arguments["x-queue-type"] == nil ? "classic" : "quorum"
        let others = queue.arguments.keys.sorted().filter { $0 != "x-queue-type" }
            .map { "\($0) \(queue.arguments[$0].map { "\($0)" } ?? "")" }
        return (["a durable \(type) queue"] + others).joined(separator: ", ")
    }
}
