/// Version 7: columns of profiler messages that only their payloads had, who resolved a quarantined message, and the log of operations.
///
/// Nothing is written anew: rows of before have null in the new columns, and their payloads have what the message said.
enum PublicColumns {
    static var sql: String {
        ([columns, StoreViews.sessions(prefix: "_", sessionColumns), AlignmentSchema.views, SessionViews.sql]
            + [operations, AppendOnly.triggers("operations", "id = NEW.id"), ColumnRows.sql]
            + readable.map { StoreViews.readable($0, $1) }).joined(separator: "\n")
    }

    /// The views of the changed tables come anew below.
    private static let columns = """
        DROP VIEW profiler_events_v;
        DROP VIEW quarantine_resolutions_v;
        ALTER TABLE profiler_events ADD COLUMN override_track_id TEXT;
        ALTER TABLE profiler_events ADD COLUMN admin_reset_by TEXT;
        ALTER TABLE profiler_events ADD COLUMN overall_score REAL;
        ALTER TABLE profiler_events ADD COLUMN behavioral_score REAL;
        ALTER TABLE quarantine_resolutions ADD COLUMN actor TEXT;
        """

    private static let operations = """
        CREATE TABLE operations (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            via TEXT NOT NULL,
            action TEXT NOT NULL,
            note TEXT,
            detail TEXT NOT NULL
        );
        """

    private static let scores = """
        completion_status aptitude_score technical_exposure_score overall_score behavioral_score work_style_cluster difficulty_selection \
        recommended_track_id track_confidence result_accepted override_track_id attempt_count admin_reset_by started_at completed_at \
        result_accepted_at foundations_transition_at time_spent_seconds payload
        """

    private static let sessionColumns = "session_id user_id last_seq event_id occurred_at received_at \(scores)"

    private static let readable = [
        ("profiler_events", "seq event_id occurred_at received_at user_id session_id \(scores)"),
        ("profiler_sessions", sessionColumns),
        ("profiler_alignments", AlignmentSchema.columns),
        ("quarantine_resolutions", "id quarantine_id action resolved_at note actor stored_seq"),
        ("operations", "id at actor via action note detail"),
    ]
}
