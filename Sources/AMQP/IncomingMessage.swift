import Events

/// A message of a queue that is not ingested, with memory of its own: a request, a reply.
package struct IncomingMessage: Sendable {
    package var tag: UInt64
    package var redelivered: Bool
    /// Of a large one the beginning; see ``bodyBytes``.
    package var body: [UInt8]
    /// What was sent.
    package var bodyBytes: UInt64
    package var exchange: String
    package var routingKey: String
    package var replyTo: ShortText?
    package var correlationID: ShortText?
    package var messageID: ShortText?
    package var contentType: String?
    package var type: String?
    package var appID: String?
    /// The header table as a JSON object.
    package var headers: String?

    init(_ delivery: Delivery, in batch: DeliveryBatch) {
        tag = delivery.tag
        redelivered = delivery.redelivered
        body = Array(batch.bytes[delivery.body])
        bodyBytes = UInt64(body.count) + delivery.droppedBytes
        exchange = batch.bytes.text(delivery.exchange)
        routingKey = batch.bytes.text(delivery.routingKey)
        let properties = delivery.properties
        replyTo = properties.replyTo.map { ShortText(batch.bytes[$0]) }
        correlationID = properties.correlationID.map { ShortText(batch.bytes[$0]) }
        messageID = properties.messageID.map { ShortText(batch.bytes[$0]) }
        contentType = properties.contentType.map { batch.bytes.text($0) }
        type = properties.type.map { batch.bytes.text($0) }
        appID = properties.appID.map { batch.bytes.text($0) }
        headers = properties.headers.map { batch.bytes.text($0) }
    }
}
