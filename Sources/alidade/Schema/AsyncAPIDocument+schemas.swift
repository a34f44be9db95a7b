internal import Events
internal import TelemetryMetrics

extension AsyncAPIDocument {
    /// All are JSON Schema 2020-12, which has to be said: without it AsyncAPI means draft 7.
    static var schemas: JSONTree {
        [
            "profilerTelemetry": schema(MessageSchema.profilerBody),
            "intelligenceEvent": schema(MessageSchema.intelligenceBody),
            "metricsRequest": schema(AggregateSchema.request),
            "aggregate": schema(AggregateSchema.body(definitionsAt: "#/components/schemas/aggregate/schema/$defs/")),
            "receipt": schema(receipt),
        ]
    }

    private static func schema(_ body: JSONTree) -> JSONTree {
        ["schemaFormat": "application/schema+json;version=draft-2020-12", "schema": body]
    }

    private static let receipt: JSONTree = [
        "type": "object",
        "properties": [
            "status": ["enum": .strings(Outcome.allCases.map(\.rawValue))],
            "event_id": ["type": "string"],
            "alignment": [
                "description": "Of profiler telemetry; null where there is nothing to compute it from.",
                "type": ["object", "null"],
                "properties": [
                    "model": ["type": "string"], "version": ["type": "string"],
                    "percentages": ["type": "object", "additionalProperties": percentage],
                    "top_track": ["type": "string"], "runner_up": ["type": ["string", "null"]], "margin": percentage,
                    "answers": ["type": "integer", "minimum": 0],
                    "share": ["type": "number", "minimum": 0, "maximum": 1],
                ],
            ],
            "errors": findings(Rejection.Reason.allCases.map(\.rawValue), atMost: Rejection.keptPerMessage),
            "error_count": count("errors"),
            "warnings": findings(Warning.Code.allCases.map(\.rawValue), atMost: Warning.keptPerMessage),
            "warning_count": count("warnings"),
        ],
        "required": ["status", "event_id", "errors", "warnings"],
    ]

    private static let percentage: JSONTree = ["type": "number", "minimum": 0, "maximum": 100]

    private static func count(_ listed: String) -> JSONTree {
        [
            "description": .string("Present where there are more \(listed) than are listed."), "type": "integer",
            "minimum": 1,
        ]
    }

    private static func findings(_ codes: [String], atMost limit: Int) -> JSONTree {
        [
            "type": "array", "maxItems": .integer(Int64(limit)),
            "items": [
                "type": "object",
                "properties": [
                    "code": ["enum": .strings(codes)],
                    "pointer": ["type": "string", "format": "json-pointer"], "detail": ["type": "string"],
                ],
                "required": ["code", "pointer", "detail"],
            ],
        ]
    }
}
