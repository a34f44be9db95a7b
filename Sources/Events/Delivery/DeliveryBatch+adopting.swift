extension DeliveryBatch {
    /// Copies a delivery with its bytes out of another batch.
    package func adopt(_ delivery: Delivery, from other: DeliveryBatch) {
        func copied(_ range: ByteRange) -> ByteRange { bytes.append(other.bytes[range]) }
        var delivery = delivery
        delivery.body = copied(delivery.body)
        delivery.exchange = copied(delivery.exchange)
        delivery.routingKey = copied(delivery.routingKey)
        delivery.properties.contentType = delivery.properties.contentType.map(copied)
        delivery.properties.contentEncoding = delivery.properties.contentEncoding.map(copied)
        delivery.properties.correlationID = delivery.properties.correlationID.map(copied)
        delivery.properties.replyTo = delivery.properties.replyTo.map(copied)
        delivery.properties.messageID = delivery.properties.messageID.map(copied)
        delivery.properties.type = delivery.properties.type.map(copied)
        delivery.properties.userID = delivery.properties.userID.map(copied)
        delivery.properties.appID = delivery.properties.appID.map(copied)
        delivery.properties.expiration = delivery.properties.expiration.map(copied)
        delivery.properties.headers = delivery.properties.headers.map(copied)
        deliveries.append(delivery)
    }
}
