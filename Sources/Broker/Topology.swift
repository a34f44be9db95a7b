package import AMQP
internal import Events

/// The exchanges, queues and bindings of the page <doc:Topology>, as data.
package struct Topology: Sendable {
    package enum QueueType: String, Sendable {
        case quorum
        case classic
    }

    package enum Mode: String, Sendable {
        /// Makes what is missing.
        case declare
        /// Only looks: for brokers whose operators own the topology.
        case check
    }

    /// Which of the daemon's works needs an object. Only for ``ingest`` nothing may be different from what is expected.
    package enum Part: Sendable {
        case ingest
        case requests
        case aggregates
        case rejections

        /// Whether the daemon does all that it is for without it.
        package var isOptional: Bool { self == .rejections }
    }

    package var mode: Mode
    package var queueType: QueueType
    /// Only one daemon at a time takes messages; see ``lockQueue``.
    package var isExclusive: Bool

    package init(mode: Mode, queueType: QueueType, isExclusive: Bool = false) {
        self.mode = mode
        self.queueType = queueType
        self.isExclusive = isExclusive
    }

    /// Durable, of type topic.
    package struct Exchange: Sendable {
        package var name: String
        package var part: Part
    }

    /// Durable.
    package struct Queue: Sendable {
        package var name: String
        package var part: Part
        package var arguments: [String: Argument]
        /// The exchange and the key it is bound with; nil for the default exchange.
        package var binding: (exchange: String, key: String)?
    }

    package static let eventsExchange = "telemetry"
    package static let aggregatesExchange = "telemetry.aggregates"
    package static let rejectionsExchange = "telemetry.rejections"
    package static let requestsQueue = "telemetry-metrics-requests"
    package static let aggregatesQueue = "telemetry-aggregates"

    /// Who consumes exclusively holds this queue, which is its connection's own and gone with it. No message is ever in it.
    ///
    /// An exclusive consumer would be simpler, but RabbitMQ lets a second one in at a quorum queue.
    package static let lockQueue = "telemetry-ingest-lock"

    /// What an aggregate is published with on ``aggregatesExchange``.
    package static func aggregatesKey(metric: String, days: String) -> String { "metrics.\(metric).\(days)d" }

    /// What is told of a quarantined message with on ``rejectionsExchange``.
    package static func rejectionsKey(queue: String, reason: String) -> String { "\(queue).\(reason)" }

    package var exchanges: [Exchange] {
        [
            Exchange(name: Self.eventsExchange, part: .ingest),
            Exchange(name: Self.aggregatesExchange, part: .aggregates),
            Exchange(name: Self.rejectionsExchange, part: .rejections),
        ]
    }

    package var queues: [Queue] {
        let type: [String: Argument] = queueType == .quorum ? [QueueArgument.type: .text("quorum")] : [:]
        let limits: [String: Argument] = ["x-max-length": .integer(100_000), "x-overflow": .text("drop-head")]
        let ingest = IngestQueue.allCases.map {
            Queue(name: $0.name, part: .ingest, arguments: type, binding: (Self.eventsExchange, $0.bindingKey))
        }
        return ingest + [
            Queue(name: Self.requestsQueue, part: .requests, arguments: type, binding: nil),
            Queue(
                name: Self.aggregatesQueue, part: .aggregates,
                arguments: type.merging(limits) { _, limit in limit }, binding: (Self.aggregatesExchange, "#")),
        ]
    }

    package var objects: [Object] { exchanges.map { .exchange($0) } + queues.map { .queue($0) } }

    /// Of one part, exchanges first.
    package func objects(of part: Part) -> [Object] { objects.filter { $0.part == part } }

    package enum Object: Sendable, CustomStringConvertible {
        case exchange(Exchange)
        case queue(Queue)

        package var part: Part {
            switch self {
            case .exchange(let exchange): exchange.part
            case .queue(let queue): queue.part
            }
        }

        /// `exchange telemetry`, `queue profiler-telemetry`.
        package var description: String {
            switch self {
            case .exchange(let exchange): "exchange \(exchange.name)"
            case .queue(let queue): "queue \(queue.name)"
            }
        }

        /// In words.
        package var expectation: String {
            guard case .queue(let queue) = self else { return "a durable topic exchange" }
            let type = queue.arguments[QueueArgument.type]?.description ?? "classic"
            let others = queue.arguments.filter { $0.key != QueueArgument.type }.sorted { $0.key < $1.key }
            return (["a durable \(type) queue"] + others.map { "\($0.key) \($0.value)" }).joined(separator: ", ")
        }
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
}

/// Names of arguments that are looked at.
package enum QueueArgument {
    package static let type = "x-queue-type"
}
