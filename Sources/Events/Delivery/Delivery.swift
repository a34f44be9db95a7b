/// What the broker (or a file) handed over: one message, not yet looked into.
///
/// All ranges are places in the ``DeliveryBatch`` that holds the delivery.
package struct Delivery: Sendable {
    /// The channel's delivery tag; a file counts its lines. Dies with the channel.
    package var tag: UInt64
    /// Which queue it came from: decides the schema.
    package var queue: IngestQueue
    package var redelivered: Bool
    /// How often a quorum queue has handed it out before; 0 where the broker does not count.
    package var deliveryCount: UInt32
    /// Microseconds since the epoch at which it arrived here.
    package var receivedAt: Timestamp
    package var body: ByteRange
    /// A hash that the flight recorder knows the message by, 0 until it is taken: of the body, or of what was known of a large message before
    /// there was memory for its body.
    package var fingerprint: UInt64 = 0
    /// Bytes of the body that were not kept.
    package var droppedBytes: UInt64 = 0
    package var exchange: ByteRange
    package var routingKey: ByteRange
    package var properties: MessageProperties

    package init(
        tag: UInt64, queue: IngestQueue, redelivered: Bool = false, deliveryCount: UInt32 = 0, receivedAt: Timestamp,
        body: ByteRange, exchange: ByteRange = .empty, routingKey: ByteRange = .empty,
        properties: MessageProperties = MessageProperties()
    ) {
        self.tag = tag
        self.queue = queue
        self.redelivered = redelivered
        self.deliveryCount = deliveryCount
        self.receivedAt = receivedAt
        self.body = body
        self.exchange = exchange
        self.routingKey = routingKey
        self.properties = properties
    }
}

/// The two queues that are drained. The numbers are stored and never change.
package enum IngestQueue: UInt8, Sendable, CaseIterable {
    case profiler = 0
    case intelligence = 1

    /// The queue's name at the broker.
    package var name: String {
        switch self {
        case .profiler: "profiler-telemetry"
        case .intelligence: "intelligence-events"
        }
    }

    /// What its messages are bound with on the `telemetry` exchange.
    package var bindingKey: String {
        switch self {
        case .profiler: "profiler.#"
        case .intelligence: "intelligence.#"
        }
    }

    package init?(name: some StringProtocol) {
        guard let queue = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = queue
    }
}
