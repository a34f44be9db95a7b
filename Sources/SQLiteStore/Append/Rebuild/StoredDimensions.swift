internal import Events
internal import Store

/// Reads out of stored messages what they say of declared dimensions, also out of those that came before the declaration.
enum StoredDimensions {
    /// Where the members are that Alidade does not know.
    private static let columns: [(table: EventTable, column: String)] = [
        (.profiler, "payload"), (.recommendation, "extra"), (.outcome, "extra"), (.view, "extra"),
    ]

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
        // Views cannot be changed while the events are read below.
        try rows.declare(names)
        var decoder = MessageDecoder(limits: DecodingLimits(), dimensions: names)
        let batch = DeliveryBatch()
        var count: Int64 = 0
        for (table, column) in columns {
            let events = try database.prepare(
                "SELECT seq, \(column) FROM main.\(table.name) WHERE \(column) IS NOT NULL ORDER BY seq")
            while try events.step() {
                batch.removeAll()
                let object = batch.bytes.append(events.bytes(1))
                try rows.append(
                    decoder.readDimensions(ofStored: object, in: batch), of: batch, seq: events.integer(0))
                count += 1
                if count % 4096 == 0 { try progress(count) }
            }
        }
    }
}
