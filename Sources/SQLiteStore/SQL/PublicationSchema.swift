/// What was published last of each metric and window; see ``SQLiteLedger``.
enum PublicationSchema {
    static let sql = """
        CREATE TABLE publications (
            metric TEXT NOT NULL,
            days INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            result TEXT NOT NULL,
            published_at INTEGER NOT NULL,
            is_confirmed INTEGER NOT NULL,
            PRIMARY KEY (metric, days)
        ) WITHOUT ROWID;
        """
}
