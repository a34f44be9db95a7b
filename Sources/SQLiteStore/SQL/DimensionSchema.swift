/// Part of version 11: what messages say of the members that `ingest.dimensions` declares.
///
/// `_dimensions` numbers the names, once and for all. `_event_dimensions` has the values, message by message; what a session has of its newest
/// message, or of one before that, its fold has (`_session_folds`). A value is there from the time on at which its name was declared, or
/// from a rebuild.
enum DimensionSchema {
    static var sql: String {
        """
        CREATE TABLE _dimensions (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        );
        \(AppendOnly.triggers("_dimensions", "number = NEW.number OR name = NEW.name"))
        CREATE TABLE _event_dimensions (
            seq INTEGER NOT NULL,
            number INTEGER NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (seq, number)
        ) WITHOUT ROWID;
        CREATE VIEW event_dimensions AS
        SELECT said.seq, _dimensions.name AS dimension, said.value
        FROM _event_dimensions AS said JOIN _dimensions ON _dimensions.number = said.number;
        CREATE VIEW profiler_dimensions AS
        SELECT session_id, dimension, value
        FROM profiler_sessions JOIN event_dimensions ON event_dimensions.seq = profiler_sessions.last_seq
        WHERE NOT EXISTS (SELECT 1 FROM _session_folds WHERE _session_folds.seq = profiler_sessions.last_seq)
        UNION ALL
        SELECT session_id, entry.key, entry.value
        FROM profiler_sessions JOIN _session_folds AS fold ON fold.seq = profiler_sessions.last_seq,
             json_each(fold.dimensions) AS entry;
        """
    }
}
