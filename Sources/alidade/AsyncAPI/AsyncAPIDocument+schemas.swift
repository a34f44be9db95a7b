internal import Events
internal import JSON
internal import MetricsCatalogue

extension AsyncAPIDocument {
    /// All are JSON Schema 2020-12, which has to be said: without it AsyncAPI means draft 7.
    static var schemas: JSONTree {
        [
            "profilerTelemetry": schema(MessageSchema.profilerBody),
            "intelligenceEvent": schema(MessageSchema.intelligenceBody),
            "metricsRequest": schema(AggregateSchema.request),
            "aggregate": schema(AggregateSchema.body(definitionsAt: "#/components/schemas/aggregate/schema/$defs/")),
            "receipt": schema(ReceiptSchema.body),
            "rejection": schema(RejectionSchema.body),
        ]
    }

    private static func schema(_ body: JSONTree) -> JSONTree {
        ["schemaFormat": "application/schema+json;version=draft-2020-12", "schema": body]
    }
}
