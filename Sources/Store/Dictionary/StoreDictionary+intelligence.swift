extension StoreDictionary {
    static let decisionRecommendationEvents = StoreTable(
        "decision_recommendation_events", .appendOnly,
        "One row for each time an administrator saw a recommendation or decided about it.",
        [
            StoreColumn("seq", .integer, "Number of the event, in order of arrival over all four event tables."),
            StoreColumn("event_id", .text, "Id of the event."),
            StoreColumn("occurred_at", .integer, "When the event occurred.", unit: .time),
            StoreColumn("received_at", .integer, "When the daemon received the message.", unit: .time),
            StoreColumn("risk_signal_id", .integer, "Id of the signal that the recommendation is about."),
            StoreColumn("admin_user_id", .integer, "Id of the administrator."),
            StoreColumn("recommendation_type", .text, "What was recommended."),
            StoreColumn(
                "action_taken", .text, "What the administrator did: `VIEWED`, `ACCEPTED`, `IGNORED` or `OVERRIDDEN`."),
            StoreColumn(
                "confidence_at_time", .text,
                "Confidence that was shown: `HIGH`, `MEDIUM` or `LOW`.", null: "not given"),
            StoreColumn(
                "decision_time_ms", .integer,
                "Milliseconds from the view to the decision.", unit: .milliseconds, null: "not given"),
            StoreColumn(
                "explanation_version", .text,
                "Version of the explanation; `unknown` where the message has none (warning `missing_version`)."),
            StoreColumn(
                "propensity", .real,
                "Probability, 0 to 1, with which this recommendation was shown.", null: "not given"),
            StoreColumn(
                "extra", .text,
                "JSON object of the members that no column holds, as they came.", null: "no such member"),
        ])

    static let decisionOutcomeSnapshots = StoreTable(
        "decision_outcome_snapshots", .appendOnly,
        """
        One row for each risk signal that has an outcome. A second, different outcome is refused with `outcome_conflict`.
        """,
        [
            StoreColumn("seq", .integer, "Number of the event, in order of arrival over all four event tables."),
            StoreColumn("event_id", .text, "Id of the event."),
            StoreColumn("occurred_at", .integer, "When the event occurred.", unit: .time),
            StoreColumn("received_at", .integer, "When the daemon received the message.", unit: .time),
            StoreColumn("risk_signal_id", .integer, "Id of the signal; there is one row for each."),
            StoreColumn(
                "outcome_status", .text,
                "How the signal ended: `RESOLVED`, `ESCALATED`, `NO_ACTION` or `FALSE_POSITIVE`."),
            StoreColumn(
                "resolution_time_hours", .real,
                "Hours until the signal was resolved.", unit: .hours, null: "not given"),
            StoreColumn("admin_note_id", .integer, "Id of the note that goes with it.", null: "not given"),
            StoreColumn("explanation_version", .text, "Version of the explanation, or `unknown`."),
            StoreColumn(
                "extra", .text,
                "JSON object of the members that no column holds, as they came.", null: "no such member"),
        ])

    static let adminViewTelemetry = StoreTable(
        "admin_view_telemetry", .appendOnly,
        "One row for each view.",
        [
            StoreColumn("seq", .integer, "Number of the event, in order of arrival over all four event tables."),
            StoreColumn("event_id", .text, "Id of the event."),
            StoreColumn("occurred_at", .integer, "When the event occurred.", unit: .time),
            StoreColumn("received_at", .integer, "When the daemon received the message.", unit: .time),
            StoreColumn("admin_user_id", .integer, "Id of the administrator."),
            StoreColumn(
                "event_type", .text,
                """
                What was opened: `DASHBOARD_OPEN`, `SIGNAL_DETAIL_OPEN`, `EXPLANATION_EXPAND` or `ADMIN_NOTE_CREATE`.
                """),
            StoreColumn(
                "risk_signal_id", .integer, "Id of the signal that was looked at.", null: "a dashboard has none"),
            StoreColumn("explanation_version", .text, "Version of the explanation, or `unknown`."),
            StoreColumn(
                "extra", .text,
                "JSON object of the members that no column holds, as they came.", null: "no such member"),
        ])

    static let recommendationCases = StoreTable(
        "recommendation_cases", .view,
        """
        One row for each recommendation case: what was recommended (type) by one explanation (version) about one signal. It does not depend on \
        the order in which events arrived.
        """,
        [
            StoreColumn("risk_signal_id", .integer, "Id of the signal; by it a case is found at once."),
            StoreColumn("recommendation_type", .text, "What was recommended."),
            StoreColumn("explanation_version", .text, "Version of the explanation, or `unknown`."),
            StoreColumn(
                "first_viewed_at", .integer, "When it was `VIEWED` first.", unit: .time,
                null: "no view was reported"),
            StoreColumn(
                "decision", .text, "First decision: `ACCEPTED`, `IGNORED` or `OVERRIDDEN`.",
                null: "the case is open"),
            StoreColumn("decided_at", .integer, "When that was.", unit: .time, null: "the case is open"),
            StoreColumn("decisions", .integer, "How many decisions were reported, the first included."),
            StoreColumn(
                "outcome_status", .text,
                "How the signal ended: `RESOLVED`, `ESCALATED`, `NO_ACTION` or `FALSE_POSITIVE`; it is that of all its cases.",
                null: "it has no outcome"),
            StoreColumn("outcome_at", .integer, "When the outcome occurred.", unit: .time, null: "it has no outcome"),
        ])
}
