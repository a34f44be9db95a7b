internal import Events
internal import JSON

/// What is told of a quarantined message, in JSON Schema.
enum RejectionSchema {
    static let body: JSONTree = [
        "type": "object",
        "properties": [
            "queue": described(
                "the queue that the message came from", ["enum": .strings(IngestQueue.allCases.map(\.name))]),
            "event_id": described(
                "the id of the event: the body's, else the property message_id, else made from the body", text),
            "quarantine_id": described(
                "the id in the table quarantine of the store, for `alidade quarantine show`",
                ["type": "integer", "minimum": 1]),
            "errors": ReceiptSchema.findings(
                "why the message was refused, the reason of the routing key first; the first of them, if they are long",
                Rejection.Reason.allCases.map(\.rawValue), atMost: Rejection.keptPerMessage),
            "error_count": ReceiptSchema.count("errors"),
            "app_id": described(
                "the property app_id of the message; null if it had none", ["type": ["string", "null"]]),
            "routing_key": described("what the message was published with", text),
            "received_at": described(
                "when the daemon received it, in UTC with microseconds", ["type": "string", "format": "date-time"]),
        ],
        "required": ["queue", "event_id", "quarantine_id", "errors", "app_id", "routing_key", "received_at"],
    ]

    static let example: JSONTree = [
        "queue": "intelligence-events", "event_id": "4e1daacf-32b6-491c-ae85-f541e3bab4a7", "quarantine_id": 17,
        "errors": [
            ["code": "missing_field", "pointer": "/admin_user_id", "detail": "admin_user_id is missing"]
        ],
        "app_id": "django", "routing_key": "intelligence.event", "received_at": "2026-02-09T09:00:10.125000Z",
    ]

    private static let text: JSONTree = ["type": "string"]

    private static func described(_ words: String, _ schema: JSONTree) -> JSONTree {
        ReceiptSchema.described(words, schema)
    }
}
