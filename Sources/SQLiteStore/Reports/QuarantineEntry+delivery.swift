package import Events
package import Store

extension SQLiteReader {
    /// Of the bodies of a batch; one message may have more.
    private static var batchBytes: Int { 8 << 20 }

    /// Rebuilds quarantined messages as deliveries, with the properties that decide encoding, wrapping, identity and time, so that they can be decided anew.
    ///
    /// Calls `body` with batches of at most `batchSize` and the quarantine ids of their deliveries, `unplaced` with each message of a queue that
    /// this version does not know.
    @available(*, noasync)
    package func forEachQuarantinedBatch(
        _ filter: QuarantineFilter, batchSize: Int, unplaced: (QuarantineEntry) throws -> Void = { _ in },
        _ body: (DeliveryBatch, [Int64]) throws -> Void
    ) throws {
        let batch = DeliveryBatch()
        var ids: [Int64] = []
        func finish() throws {
            guard !ids.isEmpty else { return }
            try body(batch, ids)
            batch.removeAll()
            ids.removeAll(keepingCapacity: true)
        }
        try database.forEachQuarantined(filter) { entry in
            guard let queue = IngestQueue(name: entry.queue) else { return try unplaced(entry) }
            var properties = entry.properties
            entry.body.withUnsafeBytes { content in
                properties.withUTF8 { properties in
                    batch.restore(
                        tag: UInt64(entry.id), queue: queue, receivedAt: entry.receivedAt, body: content,
                        properties: UnsafeRawBufferPointer(properties))
                }
            }
            ids.append(entry.id)
            if ids.count >= batchSize || batch.bytes.count > Self.batchBytes { try finish() }
        }
        try finish()
    }
}
