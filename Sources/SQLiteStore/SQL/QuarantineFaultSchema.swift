/// Part of version 12: quarantined messages are counted in groups as they come and as they are resolved, so that a page need not read them all.
///
/// A row of `_quarantine_faults` stands for the messages that have the same fault, producer, version and type. `_quarantine_members` tells the row
/// of each message; `_quarantine_hours` how many came in each hour. All is derived: a rebuild makes it anew.
enum QuarantineFaultSchema {
    /// In the order in which they are filled.
    static let names = ["_quarantine_faults", "_quarantine_members", "_quarantine_hours"]

    static var sql: String {
        """
        CREATE TABLE _quarantine_faults (
            id INTEGER PRIMARY KEY,
            \(key.map { "\($0) TEXT NOT NULL," }.joined(separator: " "))
            total INTEGER NOT NULL,
            replayed INTEGER NOT NULL,
            discarded INTEGER NOT NULL,
            first_received_at INTEGER NOT NULL,
            last_received_at INTEGER NOT NULL,
            newest_id INTEGER NOT NULL,
            UNIQUE (\(keyColumns))
        );
        CREATE TABLE _quarantine_members (
            quarantine_id INTEGER PRIMARY KEY,
            fault INTEGER NOT NULL
        );
        CREATE INDEX _quarantine_members_by_fault ON _quarantine_members (fault);
        CREATE TABLE _quarantine_hours (
            hour INTEGER NOT NULL,
            fault INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (hour, fault)
        ) WITHOUT ROWID;
        \(filling)
        """
    }

    /// What a message's row is found by.
    static let key = ["reason", "queue", "shape", "app_id", "explanation_version", "event_type"]
    static var keyColumns: String { key.joined(separator: ", ") }

    /// Makes the tables anew from what is stored.
    static var refilling: String { names.map { "DELETE FROM main.\($0);" }.joined(separator: "\n") + filling }

    /// Fills the empty tables from what is stored.
    static var filling: String {
        """
        INSERT INTO main._quarantine_faults (
            \(keyColumns), total, replayed, discarded, first_received_at, last_received_at, newest_id
        ) \(counted);
        INSERT INTO main._quarantine_members (quarantine_id, fault)
        SELECT said.id, fault.id FROM (\(said)) AS said JOIN main._quarantine_faults AS fault USING (\(keyColumns)) ORDER BY said.id;
        INSERT INTO main._quarantine_hours (hour, fault, count) \(hours);
        """
    }

    /// The rows of `_quarantine_faults`, without their numbers.
    static var counted: String {
        """
        SELECT \(keyColumns), count(*), count(CASE WHEN action = 'replay' THEN 1 END),
               count(CASE WHEN action = 'discard' THEN 1 END), min(received_at), max(received_at), max(said.id)
        FROM (\(said)) AS said LEFT JOIN main.quarantine_resolutions ON quarantine_id = said.id GROUP BY \(keyColumns)
        """
    }

    /// Counts the message whose number is the parameter; returns the number of its row.
    static var counting: String {
        """
        INSERT INTO _quarantine_faults (
            \(keyColumns), total, replayed, discarded, first_received_at, last_received_at, newest_id
        )
        SELECT \(keyColumns), 1, 0, 0, received_at, received_at, id FROM (\(said)) WHERE id = ?1
        ON CONFLICT (\(keyColumns)) DO UPDATE
        SET total = total + 1, first_received_at = min(first_received_at, excluded.first_received_at),
            last_received_at = max(last_received_at, excluded.last_received_at),
            newest_id = max(newest_id, excluded.newest_id)
        RETURNING id
        """
    }

    /// Notes that message `?1` was resolved by the action `?2`.
    static let resolving = """
        UPDATE _quarantine_faults
        SET replayed = replayed + (?2 = 'replay'), discarded = discarded + (?2 = 'discard')
        WHERE id = (SELECT fault FROM _quarantine_members WHERE quarantine_id = ?1)
        """

    /// Notes that everything with the reason `?1` that was not replayed is discarded.
    static let discardingAll = "UPDATE _quarantine_faults SET discarded = total - replayed WHERE reason = ?1"

    /// The rows of `_quarantine_hours`, as the members have it.
    static var hours: String {
        """
        SELECT received_at / 3600000000 AS hour, fault, count(*)
        FROM main._quarantine_members JOIN main.quarantine ON quarantine.id = quarantine_id GROUP BY hour, fault
        """
    }

    /// What each message is counted by.
    static var said: String {
        """
        SELECT id, received_at, reason, queue, pointer_shape(pointer) AS shape, coalesce(\(appID), '') AS app_id,
               refused_version(body) AS explanation_version, refused_type(body) AS event_type
        FROM main.quarantine NOT INDEXED
        """
    }

    /// By which its producer names itself.
    static let appID = """
        CASE WHEN instr(properties, '"app_id"') > 0 AND json_valid(properties) THEN json_extract(properties, '$.app_id') END
        """
}
