package import Events

/// A message of a queue that is not ingested, with memory of its own: a request, a reply.
package struct IncomingMessage: Sendable {
    package var tag: UInt64
    /// Of a large one the beginning; see ``bodyBytes``.
    package var body: [UInt8]
    /// What was sent.
    package var bodyBytes: UInt64
    package var replyTo: ShortText?
    package var correlationID: ShortText?

    init(_ delivery: Delivery, in batch: DeliveryBatch) {
        tag = delivery.tag
        body = Array(batch.bytes[delivery.body])
        bodyBytes = UInt64(body.count) + delivery.droppedBytes
        replyTo = delivery.properties.replyTo.map { ShortText(batch.bytes[$0]) }
        correlationID = delivery.properties.correlationID.map { ShortText(batch.bytes[$0]) }
    }
}
