package import Events
package import Store

extension SQLiteReader {
    private static var batchBytes: Int { 32 << 20 }

    /// Rebuilds quarantined messages as deliveries, with the properties that decide encoding, wrapping, identity and time, so that they can be decided anew.
    ///
    /// Calls `body` with batches of at most `batchSize` and the quarantine ids of their deliveries.
    @available(*, noasync)
    package func forEachQuarantinedBatch(
        _ filter: QuarantineFilter, batchSize: Int, _ body: (DeliveryBatch, [Int64]) throws -> Void
    ) throws {
        let properties = try database.prepare(
            """
            SELECT json_extract(?1, '$.message_id'), json_extract(?1, '$.content_type'), json_extract(?1, '$.content_encoding'),
                   json_extract(?1, '$.timestamp'), json_extract(?1, '$.message_id_hex'), json_extract(?1, '$.headers')
            """)
        let batch = DeliveryBatch()
        var ids: [Int64] = []
        try database.forEachQuarantined(filter) { entry in
            guard let queue = IngestQueue(name: entry.queue) else { return }
            properties.bind(1, entry.properties)
            guard try properties.step() else { return }
            var restored = MessageProperties()
            if let bytes = properties.optionalText(4).flatMap({ [UInt8](hexadecimal: $0) }) {
                restored.messageID = bytes.withUnsafeBytes { batch.bytes.append($0) }
            } else {
                restored.messageID = properties.optionalText(0).map { batch.bytes.append($0) }
            }
            restored.contentType = properties.optionalText(1).map { batch.bytes.append($0) }
            restored.contentEncoding = properties.optionalText(2).map { batch.bytes.append($0) }
            restored.timestamp = properties.optionalInteger(3).map { UInt64(max(0, $0)) }
            // They say what the event is wrapped in.
            restored.headers = properties.optionalText(5).map { batch.bytes.append($0) }
            properties.reset()
            let content = entry.body.withUnsafeBytes { batch.bytes.append($0) }
            batch.deliveries.append(
                Delivery(
                    tag: UInt64(entry.id), queue: queue, receivedAt: entry.receivedAt, body: content,
                    properties: restored))
            ids.append(entry.id)
            if ids.count >= batchSize || batch.bytes.count > Self.batchBytes {
                try body(batch, ids)
                batch.removeAll()
                ids.removeAll(keepingCapacity: true)
            }
        }
        if !ids.isEmpty { try body(batch, ids) }
    }
}
