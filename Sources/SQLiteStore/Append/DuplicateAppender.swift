internal import Events
internal import Store

/// Writes a row of `_duplicate_deliveries` for each delivery of an event that was stored before: what the counts of duplicates can be made
/// anew from.
struct DuplicateAppender {
    private let insert: Statement

    init(_ database: Database) throws(StoreError) {
        insert = try database.prepare("INSERT INTO _duplicate_deliveries (received_at, queue) VALUES (?, ?)")
    }

    func append(_ delivery: Delivery) throws(StoreError) {
        insert.bind(1, delivery.receivedAt)
        switch delivery.queue {
        case .profiler: insert.bindText(2, "profiler-telemetry")
        case .intelligence: insert.bindText(2, "intelligence-events")
        }
        try insert.run(doing: "count a duplicate")
    }
}
