/// Version 11: an event is found by its id, a session by its id, a learner by his, an administrator's newest events by time, by an index each.
///
/// Ids are random. In an ordinary index each new row would go to a page of its own, which costs more than everything else a message does, and
/// more the larger the store is. These indexes begin with the *block* of a row, its `seq` divided by ``blockRows``: new rows go to the last
/// block, whose pages a batch shares and the cache holds. SQLite looks into each block in turn (its "skip-scan", which it considers
/// only where `sqlite_stat1` says that many rows share a block): some microseconds for each ``blockRows`` events that were ever stored. See
/// Decisions/0026. Administrators are few, so that their newest rows share pages anyway.
enum LookupSchema {
    /// Blocks of twice as many rows are looked into in half the time, and cost the batches more pages.
    static let blockBits = 14
    static var blockRows: Int { 1 << blockBits }

    static var sql: String {
        let creations = blocked.map { index in
            "CREATE INDEX \(index.name) ON \(index.table) (seq >> \(blockBits), \(index.column));"
        }
        return """
            \(creations.joined(separator: "\n"))
            CREATE INDEX _recommendations_by_admin ON decision_recommendation_events (admin_user_id, occurred_at);
            CREATE INDEX _views_by_admin ON admin_view_telemetry (admin_user_id, occurred_at);
            CREATE INDEX _session_links_by_previous ON _session_links (previous);
            DROP VIEW profiler_answers;
            \(SessionViews.answers)
            ANALYZE sqlite_schema;
            DELETE FROM sqlite_stat1;
            \(blocked.map(statistics).joined(separator: "\n"))
            """
    }

    private typealias Index = (name: String, table: String, column: String, rowsOfOne: Int)

    private static let blocked: [Index] = [
        ("_profiler_events_by_id", "profiler_events", "event_id", 1),
        ("_profiler_events_by_session", "profiler_events", "session_id", 4),
        ("_profiler_events_by_user", "profiler_events", "user_id", 6),
        ("_recommendations_by_id", "decision_recommendation_events", "event_id", 1),
        ("_outcomes_by_id", "decision_outcome_snapshots", "event_id", 1),
        ("_views_by_id", "admin_view_telemetry", "event_id", 1),
    ]

    /// As ANALYZE would write it for a store of millions of events; it changes no result, only the way to it.
    private static func statistics(of index: Index) -> String {
        """
        INSERT INTO sqlite_stat1 (tbl, idx, stat)
        VALUES ('\(index.table)', '\(index.name)', '5000000 \(blockRows) \(index.rowsOfOne)');
        """
    }
}
