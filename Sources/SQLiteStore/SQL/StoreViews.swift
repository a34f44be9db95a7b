/// The views people read: `profiler_sessions`, and for each table one with the suffix `_v` and times as ISO 8601 text.
enum StoreViews {
    static var sql: String {
        ([sessions(prefix: ""), duplicates] + first.map { readable($0.table, $0.columns) }).joined(separator: "\n")
    }

    /// Ids that are UUIDs are kept as 16 bytes; here they are spelled out again.
    static func spelledOut(_ column: String) -> String {
        let parts = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)].map { "substr(hex(\(column)), \($0), \($1))" }
        let uuid = "lower(\(parts.joined(separator: " || '-' || ")))"
        return "CASE typeof(\(column)) WHEN 'blob' THEN \(uuid) ELSE \(column) END"
    }

    private static let duplicates = """
        CREATE VIEW duplicate_events_v AS
        SELECT \(spelledOut("event_id")) AS event_id,
               \(isoText("occurred_at")) AS occurred_at, count, \(isoText("first_received_at")) AS first_received_at,
               \(isoText("last_received_at")) AS last_received_at
        FROM duplicate_events;
        """

    /// Each session in its latest state, by occurred-at, then by arrival. The newest states are still in the log. The tables' names begin with
    /// `prefix`: nothing before version 7.
    static func sessions(prefix: String, _ columns: String = sessionColumns) -> String {
        sessions(
            prefix: prefix,
            select: """
                SELECT \(columns.split(separator: " ").joined(separator: ", "))
                FROM latest JOIN profiler_events ON profiler_events.seq = latest.last_seq
                """)
    }

    /// `select` reads from `latest`, which has the `last_seq` of each session.
    static func sessions(prefix: String, select: String) -> String {
        """
        CREATE VIEW profiler_sessions AS
        \(latest(prefix: prefix))
        \(select);
        """
    }

    /// What the log and the heads say of each session, as `latest`, with its `last_seq`.
    static func latest(prefix: String) -> String {
        let (log, heads) = ("\(prefix)session_log", "\(prefix)session_heads")
        return """
            WITH recent AS (
                SELECT session, max(seq) AS seq, occurred_at FROM \(log) GROUP BY session
            ), latest AS (
                SELECT CASE WHEN recent.seq IS NULL OR (\(heads).occurred_at, \(heads).last_seq) > (recent.occurred_at, recent.seq)
                       THEN \(heads).last_seq ELSE recent.seq END AS last_seq
                FROM \(heads) LEFT JOIN recent ON recent.session = \(heads).session
                UNION ALL
                SELECT recent.seq FROM recent
                WHERE NOT EXISTS (SELECT 1 FROM \(heads) WHERE \(heads).session = recent.session)
            )
            """
    }

    private static let sessionColumns = """
        session_id user_id last_seq event_id occurred_at received_at completion_status aptitude_score technical_exposure_score \
        work_style_cluster difficulty_selection recommended_track_id track_confidence result_accepted attempt_count started_at \
        completed_at result_accepted_at foundations_transition_at time_spent_seconds payload
        """

    /// Those of version 1. Columns named `at`, or with a name that ends in `_at`, are times.
    private static let first: [(table: String, columns: String)] = [
        (
            "profiler_events",
            """
            seq event_id occurred_at received_at user_id session_id completion_status aptitude_score technical_exposure_score \
            work_style_cluster difficulty_selection recommended_track_id track_confidence result_accepted attempt_count started_at \
            completed_at result_accepted_at foundations_transition_at time_spent_seconds payload
            """
        ),
        ("profiler_sessions", sessionColumns),
        (
            "decision_recommendation_events",
            """
            seq event_id occurred_at received_at risk_signal_id admin_user_id recommendation_type action_taken confidence_at_time \
            decision_time_ms explanation_version
            """
        ),
        (
            "decision_outcome_snapshots",
            """
            seq event_id occurred_at received_at risk_signal_id outcome_status resolution_time_hours admin_note_id explanation_version
            """
        ),
        (
            "admin_view_telemetry",
            "seq event_id occurred_at received_at admin_user_id event_type risk_signal_id explanation_version"
        ),
        ("quarantine", "id received_at queue event_id reason pointer detail errors body properties"),
        ("quarantine_resolutions", "quarantine_id action resolved_at note"),
        ("event_warnings", "event_id occurred_at code pointer detail"),
        ("ingest_minutes", "minute_at queue received stored duplicates quarantined bytes"),
    ]

    /// Since version 2.
    static let quarantine = readable(
        "quarantine", "id received_at queue event_id reason pointer detail errors body properties",
        more: ", coalesce(error_count, json_array_length(errors)) AS error_count")

    /// The view of a table with these columns; `more` is put behind them as it stands.
    static func readable(_ table: String, _ columns: String, more: String = "") -> String {
        let selected = columns.split(separator: " ").map { column in
            column.hasSuffix("_at") || column == "at" ? "\(isoText(String(column))) AS \(column)" : String(column)
        }
        return "CREATE VIEW \(table)_v AS SELECT \(selected.joined(separator: ", "))\(more) FROM \(table);"
    }

    /// Microseconds since the epoch as `2026-02-09T12:00:00.000000Z`; floor division, so that times before 1970 come out right.
    private static func isoText(_ column: String) -> String {
        let micros = "((\(column) % 1000000 + 1000000) % 1000000)"
        return
            "strftime('%Y-%m-%dT%H:%M:%S', (\(column) - \(micros)) / 1000000, 'unixepoch') || printf('.%06dZ', \(micros))"
    }
}
