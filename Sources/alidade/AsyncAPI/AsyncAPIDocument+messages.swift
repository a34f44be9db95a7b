internal import Events
internal import JSON
internal import MetricsCatalogue

extension AsyncAPIDocument {
    static var messages: JSONTree {
        [
            "profilerTelemetry": message(
                "Profiler telemetry", "profilerTelemetry", ["a finished session": profilerExample]),
            "intelligenceEvent": message(
                "Intelligence event", "intelligenceEvent",
                [
                    "a recommendation": recommendationExample, "an outcome": outcomeExample, "a view": viewExample,
                ]),
            "metricsRequest": message(
                "Request for metrics", "metricsRequest",
                [
                    "one metric": ["metric": "override_rate", "days": 7, "group_by": "recommendation_type"],
                    "two dimensions and a filter": [
                        "metric": "override_rate", "days": 30, "group_by": ["recommendation_type", "admin_user_id"],
                        "filter": ["confidence_at_time": ["HIGH", "MEDIUM"], "admin_user_id": 4711],
                    ],
                    "all metrics": ["metrics": "all", "days": 30],
                ]),
            "aggregate": message(
                "Aggregate", "aggregate",
                [
                    "one metric": aggregateExample, "a list": ["metrics": .array([aggregateExample])],
                    "an error": [
                        "error": [
                            "code": "unknown_metric",
                            "message": #"there is no metric "override_rat"; did you mean override_rate?"#,
                        ]
                    ],
                ]),
            "receipt": message("Receipt", "receipt", ["stored": receiptExample]),
            "rejection": message(
                "Rejection", "rejection", ["a missing member": RejectionSchema.example], correlatedBy: "messageID"),
        ]
    }

    private static func message(
        _ title: String, _ schema: String, _ examples: KeyValuePairs<String, JSONTree>,
        correlatedBy correlation: String = "correlationID"
    ) -> JSONTree {
        [
            "title": .string(title), "contentType": "application/json",
            "correlationId": reference("components/correlationIds", correlation),
            "payload": reference("components/schemas", schema),
            "examples": .array(examples.map { ["name": .string($0.key), "payload": $0.value] }),
        ]
    }

    private static let profilerExample: JSONTree = [
        "event_id": "efb6fbfe-8de4-4b47-9582-98e214b044d7", "emitted_at": "2026-02-09T08:31:05Z",
        "user_id": "learner-001", "session_id": "session-001", "completion_status": "finished",
        "started_at": "2026-02-09T08:01:12Z", "completed_at": "2026-02-09T08:30:50Z", "time_spent_seconds": 745,
        "time_spent_per_module": ["identity": 95, "aptitude": 394], "aptitude_score": 87,
        "answers": [["question_id": "aptitude_2", "selected_option": "B"]], "result_accepted": true,
    ]

    private static let recommendationExample: JSONTree = [
        "event_id": "ae5ac890-fabe-43c5-9062-99ecf4a975dd", "occurred_at": "2026-02-09T09:02:03Z",
        "action_taken": "ACCEPTED", "risk_signal_id": 5001, "admin_user_id": 41,
        "recommendation_type": "repeat_module", "confidence": "MEDIUM", "decision_time_ms": 40489,
        "explanation_version": "v2",
    ]

    private static let outcomeExample: JSONTree = [
        "event_id": "0fda7d0c-5a32-4b55-b1d0-d5f4b83e5b7e", "occurred_at": "2026-02-10T09:00:00Z",
        "outcome_status": "RESOLVED", "risk_signal_id": 5001, "resolution_time_hours": 23.9,
        "explanation_version": "v2",
    ]

    private static let viewExample: JSONTree = [
        "event_id": "4e1daacf-32b6-491c-ae85-f541e3bab4a7", "occurred_at": "2026-02-09T09:00:10Z",
        "event_type": "DASHBOARD_OPEN", "admin_user_id": 41, "explanation_version": "v2",
    ]

    private static let receiptExample: JSONTree = [
        "status": "stored", "event_id": "4e1daacf-32b6-491c-ae85-f541e3bab4a7", "errors": [], "warnings": [],
    ]

    /// The definition is the catalogue's, so that the example stays one.
    private static var aggregateExample: JSONTree {
        let metric = MetricCatalogue.definition(named: "override_rate")
        let interval = WilsonInterval(12, of: 340).map { JSONTree.array([.number($0.low), .number($0.high)]) } ?? .null
        return [
            "metric": "override_rate",
            "definition": ["version": .integer(Int64(metric?.version ?? 1)), "text": .string(metric?.text ?? "")],
            "revision": 12,
            "store": ["id": "0b4a8e3f6a5d4c0f9d1f6f0b8a3f7c11"],
            "window": ["days": 7, "from": "2026-02-02T12:00:00Z", "to": "2026-02-09T12:00:00Z"],
            "as_of": "2026-02-09T12:00:00Z", "stored_until": "2026-02-09T11:59:58Z",
            "completeness": ["backlog": 0, "quarantined": 3],
            "result": [
                "overridden": 12, "decisions": 340, "override_rate": .number(12.0 / 340),
                "override_rate_interval": interval,
            ],
        ]
    }
}
