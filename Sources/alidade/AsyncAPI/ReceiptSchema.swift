internal import Events
internal import JSON

/// A receipt in JSON Schema, from which the page *Receipts* has its table of members.
enum ReceiptSchema {
    static let body: JSONTree = [
        "type": "object",
        "properties": [
            "status": described("what became of the message", ["enum": .strings(Outcome.allCases.map(\.rawValue))]),
            "event_id": described(
                "the id of the event: the body's, else the property message_id, else made from the body", text),
            "alignment": described(
                "only for profiler telemetry whose body was not refused; null if there is nothing to compute it from",
                [
                    "type": ["object", "null"],
                    "properties": [
                        "model": described("name of the alignment model", text),
                        "version": described("its version", text),
                        "percentages": described(
                            "the computed alignment of each track of the model, in percent, with one decimal",
                            ["type": "object", "additionalProperties": percentage]),
                        "top_track": described("the track with the highest percentage", text),
                        "runner_up": described(
                            "the second; null if the model has one track", ["type": ["string", "null"]]),
                        "margin": described("how many points the first is ahead of the second", percentage),
                        "answers": described("how many answers counted", ["type": "integer", "minimum": 0]),
                        "share": described(
                            "how much of the evidence that the model wants there is, with one decimal",
                            ["type": "number", "minimum": 0, "maximum": 1]),
                    ],
                    "required": [
                        "model", "version", "percentages", "top_track", "runner_up", "margin", "answers", "share",
                    ],
                ]),
            "errors": findings(
                "why the message was refused; empty if it was not",
                Rejection.Reason.allCases.map(\.rawValue), atMost: Rejection.keptPerMessage),
            "error_count": count("errors"),
            "warnings": findings(
                "what is odd about the message, but no reason to refuse it",
                Warning.Code.allCases.map(\.rawValue), atMost: Warning.keptPerMessage),
            "warning_count": count("warnings"),
        ],
        "required": ["status", "event_id", "errors", "warnings"],
    ]

    private static let text: JSONTree = ["type": "string"]
    private static let percentage: JSONTree = ["type": "number", "minimum": 0, "maximum": 100]

    static func described(_ words: String, _ schema: JSONTree) -> JSONTree {
        JSONTree.object([JSONTree.Member("description", .string(words))]).with(schema)
    }

    static func count(_ listed: String) -> JSONTree {
        described(
            "how many \(listed) there are, only if there are more than are listed", ["type": "integer", "minimum": 1])
    }

    static func findings(_ words: String, _ codes: [String], atMost limit: Int) -> JSONTree {
        described(
            words,
            [
                "type": "array", "maxItems": .integer(Int64(limit)),
                "items": [
                    "type": "object",
                    "properties": [
                        "code": described("a word for programs", ["enum": .strings(codes)]),
                        "pointer": described(
                            "where in the body, as a JSON Pointer (RFC 6901); empty for the whole message",
                            ["type": "string", "format": "json-pointer"]),
                        "detail": described("an English sentence for people; its words may change", text),
                    ],
                    "required": ["code", "pointer", "detail"],
                ],
            ])
    }
}
