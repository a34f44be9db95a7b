/// Version 2: how many errors a quarantined message has. Null in rows of version 1, whose `errors` lists all of them; since then it lists the
/// first 32.
enum ErrorCount {
    static let sql = """
        ALTER TABLE quarantine ADD COLUMN error_count INTEGER;
        DROP VIEW quarantine_v;
        \(StoreViews.quarantine)
        """
}
