import CRabbitMQ
import Events

/// A message between its first frame and its last.
///
/// Its bytes go straight into the batch. Where the data runs out in the middle they move to a buffer of the assembly's own, and into
/// whichever batch is being filled when the last frame comes.
struct MessageAssembly: ~Copyable {
    enum Phase { case idle, header, body }

    private(set) var phase = Phase.idle
    /// When the last frame of an unfinished message came; for the detection of a peer that trickles.
    private(set) var lastProgress: UInt64 = 0

    private var delivery = Delivery(tag: 0, queue: .profiler, receivedAt: 0, body: .empty)
    private var remaining: UInt64 = 0
    private var start = 0
    private var parked = ByteArena()
    private var isParked = false

    mutating func begin(
        _ method: borrowing amqp_basic_deliver_t, queue: IngestQueue, now: Timestamp, in batch: DeliveryBatch
    ) {
        start = batch.bytes.count
        delivery = Delivery(
            tag: method.delivery_tag, queue: queue, redelivered: method.redelivered != 0, receivedAt: now, body: .empty,
            exchange: batch.bytes.append(UnsafeRawBufferPointer(method.exchange)),
            routingKey: batch.bytes.append(UnsafeRawBufferPointer(method.routing_key)))
        phase = .header
    }

    /// True where the message is complete with its header: it has no body.
    mutating func takeHeader(
        _ properties: borrowing amqp_basic_properties_t, bodySize: UInt64, headers: inout HeaderText,
        in batch: DeliveryBatch
    ) -> Bool {
        if isParked {
            delivery.properties = Self.take(properties, &headers, into: &parked)
            delivery.body = ByteRange(offset: UInt32(parked.count), count: 0)
        } else {
            delivery.properties = Self.take(properties, &headers, into: &batch.bytes)
            delivery.body = ByteRange(offset: UInt32(batch.bytes.count), count: 0)
        }
        if delivery.properties.headers != nil { delivery.deliveryCount = headers.deliveryCount }
        remaining = bodySize
        phase = .body
        return finish(in: batch)
    }

    /// Nil where more comes than was announced; true where the message is complete.
    mutating func takeBody(_ bytes: UnsafeRawBufferPointer, in batch: DeliveryBatch) -> Bool? {
        guard UInt64(bytes.count) <= remaining else { return nil }
        if isParked {
            parked.extend(&delivery.body, with: bytes)
        } else {
            batch.bytes.extend(&delivery.body, with: bytes)
        }
        remaining -= UInt64(bytes.count)
        return finish(in: batch)
    }

    /// The data ran out: what there is of the message leaves the batch, which may be gone at the next call.
    mutating func park(from batch: DeliveryBatch) {
        guard phase != .idle, !isParked else { return }
        lastProgress = MonotonicClock.nanoseconds
        let whole = ByteRange(offset: UInt32(start), count: UInt32(batch.bytes.count - start))
        parked.append(batch.bytes[whole])
        delivery.move(by: -start)
        isParked = true
    }

    mutating func noteProgress() {
        if isParked { lastProgress = MonotonicClock.nanoseconds }
    }

    private mutating func finish(in batch: DeliveryBatch) -> Bool {
        guard remaining == 0 else { return false }
        if isParked {
            let whole = batch.bytes.append(parked[ByteRange(offset: 0, count: UInt32(parked.count))])
            delivery.move(by: Int(whole.offset))
            parked.removeAll()
            isParked = false
        }
        batch.deliveries.append(delivery)
        phase = .idle
        return true
    }

    private static func take(
        _ properties: borrowing amqp_basic_properties_t, _ headers: inout HeaderText, into bytes: inout ByteArena
    ) -> MessageProperties {
        let flags = Int32(bitPattern: properties._flags)
        @inline(__always)
        func text(_ flag: Int32, _ value: amqp_bytes_t, _ bytes: inout ByteArena) -> ByteRange? {
            flags & flag == 0 ? nil : bytes.append(UnsafeRawBufferPointer(value))
        }
        var taken = MessageProperties()
        taken.contentType = text(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type, &bytes)
        taken.contentEncoding = text(AMQP_BASIC_CONTENT_ENCODING_FLAG, properties.content_encoding, &bytes)
        taken.correlationID = text(AMQP_BASIC_CORRELATION_ID_FLAG, properties.correlation_id, &bytes)
        taken.replyTo = text(AMQP_BASIC_REPLY_TO_FLAG, properties.reply_to, &bytes)
        taken.messageID = text(AMQP_BASIC_MESSAGE_ID_FLAG, properties.message_id, &bytes)
        taken.type = text(AMQP_BASIC_TYPE_FLAG, properties.type, &bytes)
        taken.userID = text(AMQP_BASIC_USER_ID_FLAG, properties.user_id, &bytes)
        taken.appID = text(AMQP_BASIC_APP_ID_FLAG, properties.app_id, &bytes)
        taken.expiration = text(AMQP_BASIC_EXPIRATION_FLAG, properties.expiration, &bytes)
        if flags & AMQP_BASIC_TIMESTAMP_FLAG != 0 { taken.timestamp = properties.timestamp }
        if flags & AMQP_BASIC_DELIVERY_MODE_FLAG != 0 { taken.deliveryMode = properties.delivery_mode }
        if flags & AMQP_BASIC_PRIORITY_FLAG != 0 { taken.priority = properties.priority }
        if flags & AMQP_BASIC_HEADERS_FLAG != 0 {
            headers.render(properties.headers)
            taken.headers = headers.bytes.withUnsafeBytes { bytes.append($0) }
        }
        return taken
    }
}

extension Delivery {
    /// All ranges belong to another arena now, `distance` bytes further on.
    fileprivate mutating func move(by distance: Int) {
        func moved(_ range: ByteRange) -> ByteRange {
            range.isEmpty ? .empty : ByteRange(offset: UInt32(Int(range.offset) + distance), count: range.count)
        }
        // The body grows at its end, so even an empty one has its place.
        if body != .empty { body.offset = UInt32(Int(body.offset) + distance) }
        exchange = moved(exchange)
        routingKey = moved(routingKey)
        properties.contentType = properties.contentType.map(moved)
        properties.contentEncoding = properties.contentEncoding.map(moved)
        properties.correlationID = properties.correlationID.map(moved)
        properties.replyTo = properties.replyTo.map(moved)
        properties.messageID = properties.messageID.map(moved)
        properties.type = properties.type.map(moved)
        properties.userID = properties.userID.map(moved)
        properties.appID = properties.appID.map(moved)
        properties.expiration = properties.expiration.map(moved)
        properties.headers = properties.headers.map(moved)
    }
}
