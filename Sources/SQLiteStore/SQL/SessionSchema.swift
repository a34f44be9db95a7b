internal import Store

/// Version 10: sessions as folds over their messages. A session whose newest message says all of it is that message, as before; of any
/// other, the fold is kept in `_session_folds` by the `seq` of that message. `_session_links` leads from a session's newest message to all
/// others. `_learner_steps` has what sessions say of their learners: completions (`kind` 0) and resets (1).
enum SessionSchema {
    static var sql: String {
        """
        \(tables)
        DROP VIEW profiler_sessions_v;
        DROP VIEW profiler_sessions;
        \(view(and: []))
        \(StoreViews.readable("profiler_sessions", columns))
        """
    }

    private static var tables: String {
        """
        CREATE TABLE _session_links (
            seq INTEGER PRIMARY KEY,
            previous INTEGER NOT NULL
        );
        CREATE TABLE _session_folds (
            seq INTEGER PRIMARY KEY,
            resets TEXT NOT NULL,
            \(members.map { "\($0.name) \($0.type)" }.joined(separator: ", ")),
            payload TEXT NOT NULL,
            dimensions TEXT,
            \(alignment.map { "\($0.name) \($0.type)" }.joined(separator: ", "))
        );
        CREATE TABLE _learner_steps (
            learner BLOB NOT NULL,
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            session BLOB NOT NULL,
            was_reset INTEGER NOT NULL,
            PRIMARY KEY (learner, kind, at, session)
        ) WITHOUT ROWID;
        """
    }

    /// Those of `profiler_events` that a fold can change.
    static let members: [(name: String, type: String)] = [
        ("completion_status", "TEXT NOT NULL"), ("aptitude_score", "REAL"), ("technical_exposure_score", "REAL"),
        ("overall_score", "REAL"), ("behavioral_score", "REAL"), ("work_style_cluster", "TEXT"),
        ("difficulty_selection", "TEXT"), ("recommended_track_id", "TEXT"), ("track_confidence", "REAL"),
        ("result_accepted", "INTEGER"), ("override_track_id", "TEXT"), ("attempt_count", "INTEGER"),
        ("admin_reset_by", "TEXT"), ("started_at", "INTEGER"), ("completed_at", "INTEGER"),
        ("result_accepted_at", "INTEGER"), ("foundations_transition_at", "INTEGER"), ("time_spent_seconds", "INTEGER"),
    ]

    /// As in `_alignment_results`; null where the session has none.
    static let alignment: [(name: String, type: String)] =
        [
            ("model_id", "INTEGER"), ("answers", "INTEGER"), ("share", "REAL"), ("top_track", "INTEGER"),
            ("comparison", "INTEGER"),
        ] + (0..<StoredModel.capacity).map { ("computed_\($0)", "REAL") }
        + (0..<StoredModel.capacity).map { ("reported_\($0)", "REAL") }

    /// Of `_session_folds`, all but the alignment, which a rebuild takes over: it has no models to score by.
    static let compared = (["seq", "resets"] + members.map(\.name) + ["payload", "dimensions"])
        .joined(separator: ", ")

    /// Of `profiler_sessions`.
    static let columns = """
        session_id user_id last_seq event_id occurred_at received_at \(members.map(\.name).joined(separator: " ")) was_reset top_track \
        payload
        """

    /// A session stands where its newest message does: no other message is linked to that one.
    /// With more columns behind its own.
    static func view(and more: [String]) -> String {
        func either(_ name: String) -> String { "iif(fold.seq IS NULL, event.\(name), fold.\(name))" }
        let folded = (members.map(\.name) + ["payload"]).map { "\(either($0)) AS \($0)" }
        return """
            CREATE VIEW profiler_sessions AS
            SELECT event.session_id, event.user_id, event.seq AS last_seq, event.event_id, event.occurred_at, event.received_at,
                   \(folded.joined(separator: ", ")),
                   iif(fold.seq IS NULL, event.admin_reset_by IS NOT NULL, fold.resets <> '[]') AS was_reset,
                   (
                       SELECT track FROM _alignment_tracks
                       WHERE model_id = iif(fold.seq IS NULL, result.model_id, fold.model_id)
                       AND place = iif(fold.seq IS NULL, result.top_track, fold.top_track)
                   ) AS top_track\(more.map { ", \($0)" }.joined())
            FROM profiler_events AS event
            LEFT JOIN _session_folds AS fold ON fold.seq = event.seq
            LEFT JOIN _alignment_results AS result ON result.seq = event.seq
            WHERE NOT EXISTS (SELECT 1 FROM _session_links WHERE previous = event.seq);
            """
    }
}
