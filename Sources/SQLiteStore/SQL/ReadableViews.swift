/// Version 5: every table that people read has a view with all of its columns, and times as text.
enum ReadableViews {
    static let sql = """
        DROP VIEW quarantine_v;
        DROP VIEW quarantine_resolutions_v;
        DROP VIEW event_warnings_v;
        \(StoreViews.readable("quarantine", quarantine, more: ", coalesce(error_count, json_array_length(errors)) AS error_count"))
        \(StoreViews.readable("quarantine_resolutions", "id quarantine_id action resolved_at note stored_seq"))
        \(StoreViews.readable("event_warnings", "id event_id occurred_at code pointer detail"))
        \(StoreViews.readable("duplicate_deliveries", "id received_at queue"))
        \(StoreViews.readable("publications", "metric days revision result published_at is_confirmed"))
        \(StoreViews.readable("suspects", "hash deaths last_at"))
        \(StoreViews.readable("store_identity", "place id made_at is_accepted backed_up_at"))
        """

    private static let quarantine = "id received_at queue event_id reason pointer detail errors body properties digest"
}
