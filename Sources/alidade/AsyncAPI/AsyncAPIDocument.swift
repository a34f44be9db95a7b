internal import Broker
internal import Events
internal import JSON
internal import MetricsCatalogue

/// Everything that goes over the broker, as AsyncAPI 3: made from the topology, the message rules and the catalogue of metrics.
enum AsyncAPIDocument {
    static let tree: JSONTree = [
        "asyncapi": "3.0.0",
        "info": [
            "title": "Alidade", "version": .string(Version.current),
            "description":
                "Drains profiler telemetry and intelligence events into a store, exactly once, and answers and publishes metrics. reply_to and correlation_id are the AMQP properties of these names.",
            "license": ["name": "MIT"],
        ],
        "defaultContentType": "application/json",
        "servers": [
            "broker": [
                "host": "127.0.0.1:5672", "protocol": "amqp", "protocolVersion": "0-9-1",
                "description": "The default of broker.url; RabbitMQ 3.10 or later.",
            ]
        ],
        "channels": .object(channels),
        "operations": operations,
        "components": [
            "messages": messages, "schemas": schemas,
            "correlationIds": [
                "correlationID": [
                    "description": "The AMQP correlation_id of the request, given back as it came.",
                    "location": "$message.header#/correlation_id",
                ],
                "messageID": [
                    "description": "The AMQP message_id, the same each time that the message comes.",
                    "location": "$message.header#/message_id",
                ],
            ],
        ],
    ]

    static func reference(_ kind: String, _ name: String) -> JSONTree { ["$ref": .string("#/\(kind)/\(name)")] }

    /// The only place that knows which message is on which queue.
    private static func messages(of queue: String) -> [String] {
        switch queue {
        case IngestQueue.profiler.name: ["profilerTelemetry"]
        case IngestQueue.intelligence.name: ["intelligenceEvent"]
        case Topology.requestsQueue: ["metricsRequest"]
        default: ["aggregate"]
        }
    }

    private static func messageReferences(_ names: [String]) -> JSONTree {
        .object(names.map { JSONTree.Member($0, reference("components/messages", $0)) })
    }

    /// A channel for each queue, one for each way into it, and the places where replies go.
    private static var channels: [JSONTree.Member] {
        let topology = Topology(mode: .declare, queueType: .quorum)
        var channels: [JSONTree.Member] = []
        for queue in topology.queues {
            channels.append(JSONTree.Member(queue.name, channel(of: queue)))
            guard let binding = queue.binding else { continue }
            channels.append(
                JSONTree.Member(
                    "\(binding.exchange)-to-\(queue.name)",
                    channel(into: queue, exchange: binding.exchange, key: binding.key)))
        }
        return channels + [
            JSONTree.Member(Topology.rejectionsExchange, rejections),
            JSONTree.Member(
                "replies",
                [
                    "address": .null,
                    "description": "The queue that reply_to names, or amq.rabbitmq.reply-to.",
                    "messages": messageReferences(["aggregate", "receipt"]),
                ]),
        ]
    }

    /// No queue is bound to it.
    private static let rejections: JSONTree = [
        "address": .string(Topology.rejectionsKey(queue: "{queue}", reason: "{reason}")),
        "description": .string(
            "The routing key on the exchange \(Topology.rejectionsExchange), to which no queue is bound by default."),
        "messages": messageReferences(["rejection"]),
        "parameters": [
            "queue": [
                "description": "Where the message came from.", "enum": .strings(IngestQueue.allCases.map(\.name)),
            ],
            "reason": [
                "description": "The first reason.", "enum": .strings(Rejection.Reason.allCases.map(\.rawValue)),
            ],
        ],
        "bindings": [
            "amqp": [
                "is": "routingKey",
                "exchange": [
                    "name": .string(Topology.rejectionsExchange), "type": "topic", "durable": true, "autoDelete": false,
                ],
                "bindingVersion": "0.3.0",
            ]
        ],
    ]

    private static func channel(of queue: Topology.Queue) -> JSONTree {
        let bound =
            queue.binding.map { "bound to the exchange \($0.exchange) with \($0.key)" } ?? "on the default exchange"
        let limits = queue.arguments.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return [
            "address": .string(queue.name),
            "description": .string((["Durable, \(bound)"] + limits).joined(separator: "; ")),
            "messages": messageReferences(messages(of: queue.name)),
            "bindings": [
                "amqp": [
                    "is": "queue",
                    "queue": ["name": .string(queue.name), "durable": true, "exclusive": false, "autoDelete": false],
                    "bindingVersion": "0.3.0",
                ]
            ],
        ]
    }

    private static func channel(into queue: Topology.Queue, exchange: String, key: String) -> JSONTree {
        let isAggregates = queue.name == Topology.aggregatesQueue
        let parameters: JSONTree =
            isAggregates
            ? [
                "metric": ["description": "Which metric.", "enum": .strings(MetricCatalogue.names)],
                "days": ["description": "The window, from aggregates.windows.", "default": "7"],
            ]
            : ["event": ["description": "Any words; the queue decides the schema, not the routing key."]]
        return [
            "address": .string(
                isAggregates
                    ? Topology.aggregatesKey(metric: "{metric}", days: "{days}") : key.replacingHash(by: "{event}")),
            "description": .string("The routing key on the exchange \(exchange); reaches the queue \(queue.name)."),
            "messages": messageReferences(messages(of: queue.name)),
            "parameters": parameters,
            "bindings": [
                "amqp": [
                    "is": "routingKey",
                    "exchange": ["name": .string(exchange), "type": "topic", "durable": true, "autoDelete": false],
                    "bindingVersion": "0.3.0",
                ]
            ],
        ]
    }
}

extension String {
    fileprivate func replacingHash(by word: String) -> String {
        split(separator: "#", omittingEmptySubsequences: false).joined(separator: word)
    }
}
