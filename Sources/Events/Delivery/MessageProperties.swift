/// The AMQP properties of a message (basic content class); absent ones are nil.
package struct MessageProperties: Sendable {
    package var contentType: ByteRange?
    package var contentEncoding: ByteRange?
    package var correlationID: ByteRange?
    package var replyTo: ByteRange?
    package var messageID: ByteRange?
    package var type: ByteRange?
    package var userID: ByteRange?
    package var appID: ByteRange?
    package var expiration: ByteRange?
    /// The header table as one JSON object, made by the receiving side.
    package var headers: ByteRange?
    /// Seconds since the epoch, as AMQP has it.
    package var timestamp: UInt64?
    package var deliveryMode: UInt8?
    package var priority: UInt8?

    package init() {}

    /// Calls `body` with each property that is a text, by its name in AMQP. What is done to all of them is done by this list.
    @inline(__always)
    fileprivate mutating func changeEachText(_ body: (StaticString, inout ByteRange?) -> Void) {
        body("content_type", &contentType)
        body("content_encoding", &contentEncoding)
        body("correlation_id", &correlationID)
        body("reply_to", &replyTo)
        body("message_id", &messageID)
        body("type", &type)
        body("user_id", &userID)
        body("app_id", &appID)
        body("expiration", &expiration)
    }

    /// Calls `body` with each text that is there, and its name in AMQP.
    package func forEachText(_ body: (StaticString, ByteRange) -> Void) {
        var properties = self
        properties.changeEachText { name, range in
            if let range { body(name, range) }
        }
    }
}

extension MessageProperties {
    /// Sets the text with this name in AMQP; nothing where there is none of that name.
    mutating func setText(named name: String, to range: ByteRange) {
        changeEachText { known, place in
            let bytes = UnsafeBufferPointer(start: known.utf8Start, count: known.utf8CodeUnitCount)
            if name.utf8.elementsEqual(bytes) { place = range }
        }
    }
}

extension Delivery {
    @inline(__always)
    fileprivate mutating func changeRangesBesideBody(_ change: (ByteRange) -> ByteRange) {
        exchange = change(exchange)
        routingKey = change(routingKey)
        properties.changeEachText { _, range in range = range.map(change) }
        properties.headers = properties.headers.map(change)
    }

    /// All ranges belong to another arena now, `distance` bytes further on.
    package mutating func move(by distance: Int) {
        // The body grows at its end, so even an empty one has its place.
        if body != .empty { body.offset = UInt32(Int(body.offset) + distance) }
        changeRangesBesideBody { range in
            range.isEmpty ? .empty : ByteRange(offset: UInt32(Int(range.offset) + distance), count: range.count)
        }
    }
}

extension DeliveryBatch {
    /// Copies a delivery with its bytes out of another batch.
    package func adopt(_ delivery: Delivery, from other: DeliveryBatch) {
        var delivery = delivery
        delivery.body = bytes.append(other.bytes[delivery.body])
        delivery.changeRangesBesideBody { bytes.append(other.bytes[$0]) }
        deliveries.append(delivery)
    }
}
