import CRabbitMQ
import Events

/// A message between its first frame and its last.
///
/// Its bytes go straight into the batch. Where the data runs out in the middle they move to a buffer of the assembly's own, and into
/// whichever batch is being filled when the last frame comes. A large message waits after its first frame until it is let in; then that
/// buffer gets all the memory that it needs, and becomes the batch's own at the end: its body is never there twice.
struct MessageAssembly: ~Copyable {
    enum Phase { case idle, header, body, atTheDoor }

    /// A body of more than this is large.
    static let largeBytes: UInt64 = 1 << 20

    private(set) var phase = Phase.idle
    private(set) var arrival = LargeArrival()
    /// Body bytes that are still to come.
    private(set) var remaining: UInt64 = 0

    private var delivery = Delivery(tag: 0, queue: .profiler, receivedAt: 0, body: .empty)
    private var countsDeliveries = false
    private var start = 0
    private var parked = ByteArena()
    private var isParked = false
    /// Bytes of the body that are kept; what comes behind them is only counted.
    private var kept = UInt64.max

    var isLarge: Bool { phase != .idle && delivery.fingerprint != 0 }

    mutating func begin(
        _ method: borrowing amqp_basic_deliver_t, queue: IngestQueue, countsDeliveries: Bool, now: Timestamp,
        in batch: DeliveryBatch
    ) {
        start = batch.bytes.count
        let redelivered = method.redelivered != 0
        self.countsDeliveries = countsDeliveries && redelivered
        delivery = Delivery(
            tag: method.delivery_tag, queue: queue, redelivered: redelivered,
            receivedAt: now, body: .empty,
            exchange: batch.bytes.append(UnsafeRawBufferPointer(method.exchange)),
            routingKey: batch.bytes.append(UnsafeRawBufferPointer(method.routing_key)))
        kept = .max
        phase = .header
    }

    /// The message may be complete with its header: then it has no body.
    mutating func takeHeader(
        _ properties: borrowing amqp_basic_properties_t, bodySize: UInt64, headers: inout HeaderText,
        in batch: DeliveryBatch
    ) {
        // From the start a large message is apart, so that its bytes need not be moved.
        if bodySize > Self.largeBytes { park(from: batch) }
        if isParked {
            delivery.properties = .take(properties, &headers, into: &parked)
            delivery.body = ByteRange(offset: UInt32(parked.count), count: 0)
        } else {
            delivery.properties = .take(properties, &headers, into: &batch.bytes)
            delivery.body = ByteRange(offset: UInt32(batch.bytes.count), count: 0)
        }
        // Any publisher can send this header. Only a quorum queue overwrites it, and only where it has handed the message out before.
        if countsDeliveries, delivery.properties.headers != nil { delivery.deliveryCount = headers.deliveryCount }
        remaining = bodySize
        phase = .body
        finish(in: batch)
    }

    /// False where more comes than was announced.
    mutating func takeBody(_ bytes: UnsafeRawBufferPointer, in batch: DeliveryBatch) -> Bool {
        guard UInt64(bytes.count) <= remaining else { return false }
        let room = min(UInt64(bytes.count), kept - min(kept, UInt64(delivery.body.count)))
        let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(room)))
        if isParked {
            parked.extend(&delivery.body, with: part)
        } else {
            batch.bytes.extend(&delivery.body, with: part)
        }
        remaining -= UInt64(bytes.count)
        delivery.droppedBytes += UInt64(bytes.count) - room
        if remaining + UInt64(bytes.count) > Self.largeBytes, delivery.fingerprint == 0 { announce() }
        finish(in: batch)
        return true
    }

    /// The first frame of a large message is here; its fingerprint is made of that frame, the size and the properties but the headers, which
    /// may hold a count.
    private mutating func announce() {
        guard remaining > 0 else { return }
        let properties = delivery.properties
        let texts = [
            delivery.exchange, delivery.routingKey, properties.messageID, properties.correlationID, properties.type,
            properties.appID, delivery.body,
        ]
        let size = remaining + UInt64(delivery.body.count)
        var hash = size ^ UInt64(delivery.queue.rawValue) ^ (properties.timestamp ?? 0)
        for case let range? in texts { hash = Fingerprint.of(parked[range], seed: hash) }
        delivery.fingerprint = hash
        arrival = LargeArrival(fingerprint: hash, bodyBytes: size)
        phase = .atTheDoor
    }

    /// False where there is no memory for the body, of which at most `bytes` are to be kept.
    mutating func letIn(keeping bytes: UInt64) -> Bool {
        let size = remaining + UInt64(delivery.body.count)
        kept = max(bytes, UInt64(delivery.body.count))
        guard parked.reserve(exactly: Int(delivery.body.offset) + Int(min(size, kept))) else { return false }
        phase = .body
        return true
    }

    /// The data ran out: what there is of the message leaves the batch, which may be gone at the next call.
    mutating func park(from batch: DeliveryBatch) {
        guard phase != .idle, !isParked else { return }
        parked.removeAll()
        parked.append(batch.bytes[ByteRange(offset: UInt32(start), count: UInt32(batch.bytes.count - start))])
        batch.bytes.truncate(to: start)
        delivery.move(by: -start)
        isParked = true
    }

    private mutating func finish(in batch: DeliveryBatch) {
        guard phase == .body, remaining == 0 else { return }
        if isParked {
            if batch.bytes.count == 0 {
                swap(&batch.bytes, &parked)
            } else {
                let whole = batch.bytes.append(parked[ByteRange(offset: 0, count: UInt32(parked.count))])
                delivery.move(by: Int(whole.offset))
            }
            parked.removeAll()
            isParked = false
        }
        batch.deliveries.append(delivery)
        phase = .idle
    }
}
