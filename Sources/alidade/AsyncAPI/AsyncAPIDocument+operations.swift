internal import Broker
internal import Events
internal import JSON

extension AsyncAPIDocument {
    /// What the daemon does with the channels.
    static var operations: JSONTree {
        let publishing = "\(Topology.aggregatesExchange)-to-\(Topology.aggregatesQueue)"
        return [
            "receiveProfilerTelemetry": receiving(
                IngestQueue.profiler.name, "profilerTelemetry", reply: "receipt",
                "Stores each message once and acknowledges it when that is durable; a receipt where it has reply_to."),
            "receiveIntelligenceEvent": receiving(
                IngestQueue.intelligence.name, "intelligenceEvent", reply: "receipt",
                "Stores each message once and acknowledges it when that is durable; a receipt where it has reply_to."),
            "answerMetricsRequest": receiving(
                Topology.requestsQueue, "metricsRequest", reply: "aggregate",
                "One reply to each request, of type the metric's name; one without reply_to is dropped."),
            "publishAggregate": [
                "action": "send", "channel": reference("channels", publishing),
                "summary": .string(
                    "Every interval, each metric and window whose result changed since it was last published, and each other one once an hour; "
                        + "with app_id, type, timestamp, and a message_id that is the same where it comes again."),
                "messages": .array([reference("channels/\(publishing)/messages", "aggregate")]),
                "bindings": ["amqp": ["deliveryMode": 2, "mandatory": false, "bindingVersion": "0.3.0"]],
            ],
            "publishRejection": [
                "action": "send", "channel": reference("channels", Topology.rejectionsExchange),
                "summary": "One for each quarantined message, as far as there is room; with app_id and type.",
                "messages": .array([reference("channels/\(Topology.rejectionsExchange)/messages", "rejection")]),
                "bindings": ["amqp": ["deliveryMode": 2, "mandatory": false, "bindingVersion": "0.3.0"]],
            ],
        ]
    }

    private static func receiving(_ queue: String, _ message: String, reply: String, _ summary: String) -> JSONTree {
        [
            "action": "receive", "channel": reference("channels", queue), "summary": .string(summary),
            "messages": .array([reference("channels/\(queue)/messages", message)]),
            "bindings": ["amqp": ["ack": true, "bindingVersion": "0.3.0"]],
            "reply": [
                "address": [
                    "description": "The AMQP reply_to of the message.", "location": "$message.header#/reply_to",
                ],
                "channel": reference("channels", "replies"),
                "messages": .array([reference("channels/replies/messages", reply)]),
            ],
        ]
    }
}
