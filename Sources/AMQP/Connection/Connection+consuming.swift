import CRabbitMQ
package import Events
import Threads

extension Connection {
    /// How many messages the broker hands out before the first is acknowledged, over all consumers that are started afterwards (each).
    @available(*, noasync)
    package mutating func setPrefetch(_ count: UInt16) throws(AMQPError) {
        try request("set the prefetch to \(count)") { _ = amqp_basic_qos($0, Self.channel, 0, count, 0) }
    }

    /// Starts the deliveries of an ingested queue, which may have another `name` at the broker; ``receive(into:limit:now:)`` takes them.
    ///
    /// `countsDeliveries` is for quorum queues: then a redelivered message's `x-delivery-count` is the broker's. `exclusively`: only where
    /// nobody else consumes, and nobody else may meanwhile. RabbitMQ keeps to that for classic queues; for quorum queues it takes the wish
    /// and does nothing about it.
    @available(*, noasync)
    package mutating func consume(
        _ queue: IngestQueue, named name: String? = nil, countsDeliveries: Bool = false, exclusively: Bool = false
    ) throws(AMQPError) {
        try consume(name ?? queue.name, queue: queue, isAcknowledged: true, isExclusive: exclusively)
        consumers[consumers.count - 1].countsDeliveries = countsDeliveries
    }

    /// Starts the deliveries of any other queue; ``receiveMessages()`` takes them. A connection consumes one kind or the other.
    @available(*, noasync)
    package mutating func consume(named queue: String, acknowledging: Bool = true) throws(AMQPError) {
        try consume(queue, queue: nil, isAcknowledged: acknowledging, isExclusive: false)
    }

    private mutating func consume(
        _ name: String, queue: IngestQueue?, isAcknowledged: Bool, isExclusive: Bool
    ) throws(AMQPError) {
        precondition(
            consumers.allSatisfy { ($0.queue == nil) == (queue == nil) }, "one connection, one kind of consumer")
        let attempted = "consume from the queue \(name)"
        try Self.checkLengths(attempted, name)
        let tag = "\(options.clientName.utf8.count <= 100 ? options.clientName : "alidade").\(consumers.count + 1)"
        try request(attempted) { state in
            withBytes(name) { name in
                withBytes(tag) { tag in
                    _ = amqp_basic_consume(
                        state, Self.channel, name, tag, 0, isAcknowledged ? 0 : 1, isExclusive ? 1 : 0,
                        amqp_table_t())
                }
            }
        }
        consumers.append(Consumer(tag: Array(tag.utf8), queueName: name, queue: queue))
    }

    /// Acknowledges `tag`, and with `multiple` everything delivered before it.
    @available(*, noasync)
    package mutating func acknowledge(_ tag: UInt64, multiple: Bool) throws(AMQPError) {
        let state = try openState("acknowledge")
        socket.arm(options.callTimeout.nanoseconds)
        let status = amqp_basic_ack(state, Self.channel, tag, multiple ? 1 : 0)
        socket.disarm()
        if status != AMQP_STATUS_OK.rawValue { throw failed(status, doing: "acknowledge") }
    }

    /// Gives `tag` back, and with `multiple` everything delivered before it; the broker delivers it again, or drops it.
    @available(*, noasync)
    package mutating func reject(_ tag: UInt64, multiple: Bool, requeue: Bool) throws(AMQPError) {
        let state = try openState("reject")
        socket.arm(options.callTimeout.nanoseconds)
        let status = amqp_basic_nack(state, Self.channel, tag, multiple ? 1 : 0, requeue ? 1 : 0)
        socket.disarm()
        if status != AMQP_STATUS_OK.rawValue { throw failed(status, doing: "reject") }
    }

    /// For when nothing may be received because memory is at its bound: keeps the broker from giving us up. Receiving sends heartbeats by
    /// itself.
    @available(*, noasync)
    package mutating func sendHeartbeat() throws(AMQPError) {
        let state = try openState("send a heartbeat")
        var frame = amqp_frame_t()
        frame.frame_type = UInt8(AMQP_FRAME_HEARTBEAT)
        socket.arm(options.callTimeout.nanoseconds)
        let status = amqp_send_frame(state, &frame)
        socket.disarm()
        if status != AMQP_STATUS_OK.rawValue { throw failed(status, doing: "send a heartbeat") }
    }
}
