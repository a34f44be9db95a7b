/// Version 1: the tables of <doc:The-store>, the internal ones included.
enum FirstSchema {
    static var sql: String {
        [
            events, identities, sessions, AlignmentSchema.sql, quarantine, bookkeeping, RollupSchema.sql,
            PublicationSchema.sql, triggers, views,
        ].joined(separator: "\n")
    }

    /// Append-only tables. `seq` is one sequence over all four, in order of arrival.
    private static let events = """
        CREATE TABLE profiler_events (
            seq INTEGER PRIMARY KEY,
            event_id TEXT NOT NULL,
            occurred_at INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            user_id TEXT NOT NULL,
            session_id TEXT NOT NULL,
            completion_status TEXT NOT NULL,
            aptitude_score REAL,
            technical_exposure_score REAL,
            work_style_cluster TEXT,
            difficulty_selection TEXT,
            recommended_track_id TEXT,
            track_confidence REAL,
            result_accepted INTEGER,
            attempt_count INTEGER,
            started_at INTEGER,
            completed_at INTEGER,
            result_accepted_at INTEGER,
            foundations_transition_at INTEGER,
            time_spent_seconds INTEGER,
            payload TEXT NOT NULL
        );
        CREATE TABLE decision_recommendation_events (
            seq INTEGER PRIMARY KEY,
            event_id TEXT NOT NULL,
            occurred_at INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            risk_signal_id INTEGER NOT NULL,
            admin_user_id INTEGER NOT NULL,
            recommendation_type TEXT NOT NULL,
            action_taken TEXT NOT NULL,
            confidence_at_time TEXT,
            decision_time_ms INTEGER,
            explanation_version TEXT NOT NULL
        );
        CREATE TABLE decision_outcome_snapshots (
            seq INTEGER PRIMARY KEY,
            event_id TEXT NOT NULL,
            occurred_at INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            risk_signal_id INTEGER NOT NULL UNIQUE,
            outcome_status TEXT NOT NULL,
            resolution_time_hours REAL,
            admin_note_id INTEGER,
            explanation_version TEXT NOT NULL
        );
        CREATE TABLE admin_view_telemetry (
            seq INTEGER PRIMARY KEY,
            event_id TEXT NOT NULL,
            occurred_at INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            admin_user_id INTEGER NOT NULL,
            event_type TEXT NOT NULL,
            risk_signal_id INTEGER,
            explanation_version TEXT NOT NULL
        );
        CREATE TABLE event_warnings (
            id INTEGER PRIMARY KEY,
            event_id TEXT NOT NULL,
            occurred_at INTEGER NOT NULL,
            code TEXT NOT NULL,
            pointer TEXT NOT NULL,
            detail TEXT NOT NULL
        );
        """

    /// What decides that an event is a duplicate. The key grows with time, so that a batch touches few pages of it; `place` is
    /// the event's table and number (see ``EventPlace``). Ids that are UUIDs are kept as 16 bytes, others as text (see `CompactID`).
    private static let identities = """
        CREATE TABLE event_identities (
            occurred_at INTEGER NOT NULL,
            event_id BLOB NOT NULL,
            place INTEGER NOT NULL,
            PRIMARY KEY (occurred_at, event_id)
        ) WITHOUT ROWID;
        CREATE TABLE duplicate_events (
            occurred_at INTEGER NOT NULL,
            event_id BLOB NOT NULL,
            count INTEGER NOT NULL,
            first_received_at INTEGER NOT NULL,
            last_received_at INTEGER NOT NULL,
            PRIMARY KEY (occurred_at, event_id)
        ) WITHOUT ROWID;
        """

    /// Which event holds a session's latest state. Session ids are random, and a random key costs a page for each row: new states go
    /// to the end of `session_log` and are merged into `session_heads` in key order, tens of thousands at a time.
    private static let sessions = """
        CREATE TABLE session_heads (
            session BLOB PRIMARY KEY,
            last_seq INTEGER NOT NULL,
            occurred_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE session_log (
            seq INTEGER PRIMARY KEY,
            session BLOB NOT NULL,
            occurred_at INTEGER NOT NULL
        );
        """

    private static let quarantine = """
        CREATE TABLE quarantine (
            id INTEGER PRIMARY KEY,
            received_at INTEGER NOT NULL,
            queue TEXT NOT NULL,
            event_id TEXT NOT NULL,
            reason TEXT NOT NULL,
            pointer TEXT NOT NULL,
            detail TEXT NOT NULL,
            errors TEXT NOT NULL,
            body BLOB NOT NULL,
            properties TEXT NOT NULL,
            digest BLOB NOT NULL UNIQUE
        );
        CREATE TABLE quarantine_resolutions (
            id INTEGER PRIMARY KEY,
            quarantine_id INTEGER NOT NULL REFERENCES quarantine (id),
            action TEXT NOT NULL CHECK (action IN ('replay', 'discard')),
            resolved_at INTEGER NOT NULL,
            note TEXT,
            stored_seq INTEGER
        );
        CREATE UNIQUE INDEX quarantine_resolutions_once ON quarantine_resolutions (quarantine_id);
        """

    /// The balance, and what the loop must remember over a crash.
    private static let bookkeeping = """
        CREATE TABLE ingest_minutes (
            minute_at INTEGER NOT NULL,
            queue TEXT NOT NULL,
            received INTEGER NOT NULL,
            stored INTEGER NOT NULL,
            duplicates INTEGER NOT NULL,
            quarantined INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            PRIMARY KEY (minute_at, queue),
            CHECK (received = stored + duplicates + quarantined)
        ) WITHOUT ROWID;
        CREATE TABLE suspects (
            hash INTEGER PRIMARY KEY,
            deaths INTEGER NOT NULL,
            last_at INTEGER NOT NULL
        );
        """

    private static var triggers: String {
        let keys = [
            "profiler_events": "seq = NEW.seq",
            "decision_recommendation_events": "seq = NEW.seq",
            "decision_outcome_snapshots": "seq = NEW.seq OR risk_signal_id = NEW.risk_signal_id",
            "admin_view_telemetry": "seq = NEW.seq",
            "alignment_results": "seq = NEW.seq",
            "alignment_shadow_results": "seq = NEW.seq",
            "event_warnings": "id = NEW.id",
            "duplicate_deliveries": "id = NEW.id",
            "quarantine": "id = NEW.id OR digest = NEW.digest",
            "quarantine_resolutions": "id = NEW.id OR quarantine_id = NEW.quarantine_id",
        ]
        return keys.sorted { $0.key < $1.key }.map(AppendOnly.triggers).joined(separator: "\n")
    }

    private static var views: String { StoreViews.sql }
}
