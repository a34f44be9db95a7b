/// The triggers by which the database itself refuses to change what was written once, whoever asks.
enum AppendOnly {
    /// `sameKey` tells which row of the table an INSERT OR REPLACE would replace: it deletes without asking the second trigger.
    static func triggers(_ table: String, _ sameKey: String) -> String {
        """
        CREATE TRIGGER \(table)_no_update BEFORE UPDATE ON \(table)
        BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
        CREATE TRIGGER \(table)_no_delete BEFORE DELETE ON \(table)
        BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
        CREATE TRIGGER \(table)_no_replace BEFORE INSERT ON \(table)
        WHEN EXISTS (SELECT 1 FROM \(table) WHERE \(sameKey))
        BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
        """
    }
}
