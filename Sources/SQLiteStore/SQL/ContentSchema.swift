/// Version 6: the kind and the content belong to an identity, and nothing of an intelligence event vanishes.
///
/// The identities of before have no content: they are the same event as any of their kind, id and time.
enum ContentSchema {
    static let sql = """
        CREATE TABLE identities (
            occurred_at INTEGER NOT NULL, event_id BLOB NOT NULL, kind INTEGER NOT NULL, place INTEGER NOT NULL, content INTEGER,
            PRIMARY KEY (occurred_at, event_id, kind)
        ) WITHOUT ROWID;
        INSERT INTO identities
            SELECT occurred_at, event_id, \(EventPlace.tableNumberSQL), place, NULL FROM event_identities ORDER BY 1, 2;
        DROP TABLE event_identities;
        ALTER TABLE identities RENAME TO event_identities;
        ALTER TABLE decision_recommendation_events ADD COLUMN propensity REAL;
        ALTER TABLE decision_recommendation_events ADD COLUMN extra TEXT;
        ALTER TABLE decision_outcome_snapshots ADD COLUMN extra TEXT;
        ALTER TABLE admin_view_telemetry ADD COLUMN extra TEXT;
        ALTER TABLE event_warnings ADD COLUMN seq INTEGER;
        ALTER TABLE event_warnings ADD COLUMN count INTEGER NOT NULL DEFAULT 1;
        \(views)
        """

    private static let views = [
        (
            "decision_recommendation_events",
            """
            seq event_id occurred_at received_at risk_signal_id admin_user_id recommendation_type action_taken confidence_at_time \
            decision_time_ms explanation_version propensity extra
            """
        ),
        (
            "decision_outcome_snapshots",
            """
            seq event_id occurred_at received_at risk_signal_id outcome_status resolution_time_hours admin_note_id \
            explanation_version extra
            """
        ),
        (
            "admin_view_telemetry",
            "seq event_id occurred_at received_at admin_user_id event_type risk_signal_id explanation_version extra"
        ),
        ("event_warnings", "id seq event_id occurred_at code pointer detail count"),
    ].map { "DROP VIEW \($0)_v; \(StoreViews.readable($0, $1))" }.joined(separator: "\n")
}
