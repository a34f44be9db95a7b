/// Version 7: the name of whatever is only Alidade's own begins with `_`, so that a tool that shows people what is in the store can leave it out.
///
/// Renames alone: what a store holds is neither read nor written. A program of before that is still running finds no table to write its
/// next batch to, and stops there; the broker delivers that batch again.
enum OwnTables {
    /// The views that are dropped and not made here are those of ``PublicColumns``.
    static var sql: String {
        let views = [
            "duplicate_deliveries_v", "publications_v", "suspects_v", "store_identity_v", "duplicate_events_v",
            "profiler_sessions_v", "profiler_sessions", "profiler_alignments",
        ]
        let drops = views.map { "DROP VIEW \($0);" } + triggers.map { "DROP TRIGGER \($0);" }
        let renames = tables.map { "ALTER TABLE \($0) RENAME TO _\($0);" }
        let creations =
            [
                AppendOnly.triggers("_alignment_results", "seq = NEW.seq"),
                AppendOnly.triggers("_alignment_shadow_results", "seq = NEW.seq"),
                AppendOnly.triggers("_duplicate_deliveries", "id = NEW.id"),
                IdentitySchema.triggers("_store_identity"),
                duplicates,
                StoreViews.readable(
                    "duplicate_events", "occurred_at event_id count first_received_at last_received_at"),
            ]
        return (drops + renames + creations).joined(separator: "\n")
    }

    private static let tables = [
        "event_identities", "duplicate_events", "duplicate_deliveries", "session_heads", "session_log",
        "alignment_models", "alignment_tracks", "alignment_results", "alignment_shadow_results", "rollup_names",
        "rollup_cells", "rollup_facts", "rollup_pending", "rollup_state", "publications", "suspects", "store_identity",
    ]

    private static let triggers =
        ["alignment_results", "alignment_shadow_results", "duplicate_deliveries"].flatMap { table in
            ["no_update", "no_delete", "no_replace"].map { "\(table)_\($0)" }
        } + ["store_identity_no_change", "store_identity_no_delete"]

    /// Ids that are UUIDs are kept as 16 bytes; here they are spelled out again.
    private static let duplicates = """
        CREATE VIEW duplicate_events AS
        SELECT occurred_at, \(StoreViews.spelledOut("event_id")) AS event_id, count, first_received_at, last_received_at
        FROM _duplicate_events;
        """
}
