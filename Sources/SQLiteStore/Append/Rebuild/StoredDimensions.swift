internal import Events
internal import Store

/// Reads out of the payloads of stored messages what they say of declared dimensions, also of those that came before the declaration.
enum StoredDimensions {
    /// Replaces what `_event_dimensions` has of these names; what it has of others stays. Runs inside the transaction of a rebuild.
    static func fill(_ names: [String], in database: Database, _ progress: RebuildProgress) throws(StoreError) {
        let remove = try database.prepare(
            """
            DELETE FROM main._event_dimensions
            WHERE number IN (SELECT number FROM main._dimensions WHERE name = ?)
            """)
        for name in names {
            remove.bind(1, name)
            try remove.run(doing: "read the dimensions again")
        }
        let rows = try DimensionRows(database)
        try rows.refresh()
        var limits = DecodingLimits(maximumMessageBytes: .max)
        limits.requiresSession = false
        limits.keepsEveryWarning = false
        // They were accepted once.
        limits.naiveTimes = .utc
        var decoder = MessageDecoder(limits: limits, dimensions: names)
        let batch = DeliveryBatch()
        let events = try database.prepare(
            "SELECT seq, received_at, occurred_at, payload FROM main.profiler_events ORDER BY seq")
        var count: Int64 = 0
        while try events.step() {
            batch.removeAll()
            let body = batch.bytes.append(events.bytes(3))
            batch.deliveries.append(
                Delivery(tag: 0, queue: .profiler, receivedAt: events.integer(1), body: body))
            decoder.decide(0, in: batch, now: events.integer(2))
            if let event = batch.profilers.first {
                try rows.append(event.dimensions, of: batch, seq: events.integer(0))
            }
            count += 1
            if count % 4096 == 0 { try progress(count) }
        }
    }
}
