/// What the metrics are read from: sums by time slot, the facts they are sums of, and what has not been merged into them yet.
///
/// All of it can be made anew from the append-only tables (`alidade store rebuild`).
enum RollupSchema {
    static let sql = """
        \(tables(in: .main, prefix: "", log: "rollup_log"))
        CREATE TABLE rollup_state (
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) WITHOUT ROWID;
        INSERT INTO rollup_state VALUES ('epoch', 1);
        CREATE TABLE duplicate_deliveries (
            id INTEGER PRIMARY KEY,
            received_at INTEGER NOT NULL,
            queue TEXT NOT NULL
        );
        """

    /// Version 4: the log has another name. A 0.1.0 that is still running would derive by other rules, and knows nothing of
    /// ``DerivedState/change``: it stops at its next batch now, which the broker delivers again.
    static let renamedLog = "ALTER TABLE rollup_log RENAME TO rollup_pending;"

    /// The tables that facts are folded into.
    static func tables(in place: Place, prefix: String = "_", log: String = "_rollup_pending") -> String {
        """
        CREATE TABLE \(place).\(prefix)rollup_names (
            domain INTEGER NOT NULL,
            id INTEGER NOT NULL,
            name TEXT NOT NULL,
            detail TEXT,
            PRIMARY KEY (domain, id)
        ) WITHOUT ROWID;
        CREATE TABLE \(place).\(prefix)rollup_cells (
            node INTEGER PRIMARY KEY,
            cells BLOB NOT NULL
        );
        CREATE TABLE \(place).\(prefix)rollup_facts (
            part INTEGER PRIMARY KEY,
            earliest_at INTEGER NOT NULL,
            latest_at INTEGER NOT NULL,
            facts BLOB NOT NULL
        );
        CREATE TABLE \(place).\(log) (
            id INTEGER PRIMARY KEY,
            facts BLOB NOT NULL
        );
        """
    }

    static let names = ["_rollup_names", "_rollup_cells", "_rollup_facts", "_rollup_pending"]

    /// Where the tables are: the store itself, or what a rebuild has made beside it.
    enum Place: String {
        case main
        case rebuilt
    }
}
