/// Version 3: which store this is, over all its copies; see ``StoreIdentity``.
enum IdentitySchema {
    /// A store with contents is what its daemon has worked with so far, and is taken over as it is.
    static let sql = """
        CREATE TABLE store_identity (
            place INTEGER PRIMARY KEY CHECK (place = 1),
            id TEXT NOT NULL,
            made_at INTEGER NOT NULL,
            is_accepted INTEGER NOT NULL,
            backed_up_at INTEGER
        );
        INSERT INTO store_identity
        SELECT 1, lower(hex(randomblob(16))), CAST(strftime('%s', 'now') AS INTEGER) * 1000000,
            EXISTS (SELECT 1 FROM ingest_minutes), NULL;
        \(triggers("store_identity"))
        """

    static func triggers(_ table: String) -> String {
        """
        CREATE TRIGGER \(table)_no_change BEFORE UPDATE OF place, id, made_at ON \(table)
        BEGIN SELECT RAISE(ABORT, 'the id of a store never changes'); END;
        CREATE TRIGGER \(table)_no_delete BEFORE DELETE ON \(table)
        BEGIN SELECT RAISE(ABORT, 'the id of a store never changes'); END;
        """
    }
}
