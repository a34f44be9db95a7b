/// Version 12: what pages for people need.
///
/// The log of operations says from which address somebody came and what an operation that lasts is about to do; what it makes of each message, and
/// how it ends, are rows of their own. The warnings about an event are found by its number; rows of before version 6 have none, and are found by
/// their time. Quarantined messages are found by their faults, and counted by
/// them: see ``QuarantineFaultSchema``.
enum PageSchema {
    static var sql: String {
        """
        CREATE INDEX _event_warnings_by_event ON event_warnings (seq, occurred_at);
        CREATE INDEX _quarantine_by_fault ON quarantine (reason, queue, pointer, received_at);
        ALTER TABLE operations ADD COLUMN peer TEXT;
        ALTER TABLE operations ADD COLUMN expected INTEGER;
        ALTER TABLE quarantine_resolutions ADD COLUMN operation_id INTEGER;
        CREATE INDEX _operations_that_last ON operations (id) WHERE expected IS NOT NULL;
        CREATE TABLE operation_outcomes (
            operation_id INTEGER NOT NULL,
            quarantine_id INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            detail TEXT,
            PRIMARY KEY (operation_id, quarantine_id)
        ) WITHOUT ROWID;
        CREATE TABLE operation_ends (
            operation_id INTEGER PRIMARY KEY,
            ended_at INTEGER NOT NULL,
            state TEXT NOT NULL,
            actor TEXT,
            note TEXT
        );
        \(AppendOnly.triggers("operation_outcomes", "operation_id = NEW.operation_id AND quarantine_id = NEW.quarantine_id"))
        \(AppendOnly.triggers("operation_ends", "operation_id = NEW.operation_id"))
        \(QuarantineFaultSchema.sql)
        DROP VIEW operations_v;
        DROP VIEW quarantine_resolutions_v;
        \(StoreViews.readable("operations", "id at actor via action note detail peer expected"))
        \(StoreViews.readable("operation_ends", "operation_id ended_at state actor note"))
        \(StoreViews.readable("quarantine_resolutions", "id quarantine_id action resolved_at note actor stored_seq operation_id"))
        """
    }
}
