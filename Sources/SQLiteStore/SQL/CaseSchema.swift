/// Version 9: all events of a signal are found by an index, and recommendation cases can be read.
///
/// Signals are numbered upwards by the service that makes them, so that new rows go to few pages of the indexes.
enum CaseSchema {
    static var sql: String {
        """
        CREATE INDEX decision_recommendation_events_signal ON decision_recommendation_events (risk_signal_id);
        CREATE INDEX admin_view_telemetry_signal ON admin_view_telemetry (risk_signal_id) WHERE risk_signal_id IS NOT NULL;
        \(table)
        \(cases)
        \(StoreViews.readable("recommendation_cases", columns))
        """
    }

    /// What ``LargeCases`` keeps.
    private static var table: String {
        """
        CREATE TABLE _large_cases (
            risk_signal_id INTEGER NOT NULL,
            recommendation_type TEXT NOT NULL,
            explanation_version TEXT NOT NULL,
            viewed_at INTEGER,
            viewed_seq INTEGER,
            confidence TEXT,
            decision TEXT,
            decided_at INTEGER,
            decided_seq INTEGER,
            viewed_by INTEGER,
            PRIMARY KEY (risk_signal_id, recommendation_type, explanation_version)
        ) WITHOUT ROWID;
        """
    }

    private static let columns = """
        risk_signal_id recommendation_type explanation_version first_viewed_at decision decided_at decisions outcome_status outcome_at
        """

    /// The first decision is the least of texts that begin with time and number, of 16 digits each.
    private static let cases = """
        CREATE VIEW recommendation_cases AS
        SELECT found.risk_signal_id, recommendation_type, found.explanation_version, first_viewed_at,
               substr(first_decision, 33) AS decision, decided_at, decisions, outcome_status, occurred_at AS outcome_at
        FROM (
            SELECT risk_signal_id, recommendation_type, explanation_version,
                   min(CASE WHEN action_taken = 'VIEWED' THEN occurred_at END) AS first_viewed_at,
                   min(CASE WHEN action_taken <> 'VIEWED' THEN printf('%016x%016x', occurred_at, seq) || action_taken END) AS first_decision,
                   min(CASE WHEN action_taken <> 'VIEWED' THEN occurred_at END) AS decided_at,
                   sum(action_taken <> 'VIEWED') AS decisions
            FROM decision_recommendation_events
            GROUP BY risk_signal_id, recommendation_type, explanation_version
        ) AS found LEFT JOIN decision_outcome_snapshots ON decision_outcome_snapshots.risk_signal_id = found.risk_signal_id;
        """
}
