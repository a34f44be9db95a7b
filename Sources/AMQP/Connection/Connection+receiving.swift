import CRabbitMQ
package import Events
import Glibc
import Threads

extension Connection {
    /// Takes what has arrived, never waiting for more, until `limit` messages are in or the batch is large; returns how many came.
    ///
    /// Stops in front of a large message (``arrival``): that one comes alone, into an empty batch.
    /// Also sends and checks heartbeats, so call it at least every third of the heartbeat. Errors: ``AMQPError/Kind/consumerCancelled``
    /// leaves the connection open; after any other it is gone, and what this call has put into the batch will come again.
    @available(*, noasync)
    package mutating func receive(
        into batch: DeliveryBatch, limit: Int, now: Timestamp
    ) throws(AMQPError) -> Int {
        let before = batch.count
        if !stash.isEmpty { moveStash(to: batch) }
        if batch.count - before < limit {
            try takeFrames(into: batch, until: before + limit, now: now)
        }
        return batch.count - before
    }

    /// The large message that waits to be let in; nil where none does.
    package var arrival: LargeArrival? { assembly.phase == .atTheDoor ? assembly.arrival : nil }

    /// Goes on with the message that waits. Of its body at most `bytes` are kept, and the rest is dropped as it comes; ``LargeArrival`` has the
    /// size. Where there is no memory for them the connection ends, and the message comes again.
    @available(*, noasync)
    package mutating func letIn(keeping bytes: UInt64 = .max) throws(AMQPError) {
        guard let arrival else { return }
        guard assembly.letIn(keeping: bytes) else {
            throw end(
                AMQPError(
                    .messageTooLarge, doing: "receive a message",
                    "there is no memory for a body of \(arrival.bodyBytes) bytes"))
        }
    }

    /// The same for queues that are not ingested: few messages, handed out one by one.
    @available(*, noasync)
    package mutating func receiveMessages() throws(AMQPError) -> [IncomingMessage] {
        try takeFrames(into: stash, until: Int.max, now: 0, keeping: MessageAssembly.largeBytes)
        defer { stash.removeAll() }
        return stash.deliveries.map { IncomingMessage($0, in: stash) }
    }

    /// Waits until the broker has sent something, `other` (an eventfd, -1 for none) becomes readable, or the time is over. Then receive.
    @available(*, noasync)
    package mutating func wait(
        upTo milliseconds: Int32, orReadable other: Int32 = -1
    ) throws(AMQPError) -> WaitOutcome {
        _ = try openState("wait for messages")
        let patience = hasBufferedFrames ? 0 : min(milliseconds, Int32(clamping: heartbeatSeconds * 333))
        return withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { entries in
            entries[0] = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            entries[1] = pollfd(fd: other, events: Int16(POLLIN), revents: 0)
            let ready = poll(entries.baseAddress, 2, patience)
            if ready > 0 && entries[1].revents != 0 { return .woken }
            return ready > 0 || hasBufferedFrames ? .readable : .timedOut
        }
    }

    /// Takes frames until `count` deliveries are in `batch`, or none is left. Stops in front of a large message unless `largest` says how much
    /// of it is kept; the limit of a call on what it takes of one holds for a message of any size.
    mutating func takeFrames(
        into batch: DeliveryBatch, until count: Int, now: Timestamp, keeping largest: UInt64? = nil
    ) throws(AMQPError) {
        let state = try openState("receive")
        var frame = amqp_frame_t()
        var noTime = timeval()
        // Only the sending of a heartbeat can block.
        socket.arm(options.callTimeout.nanoseconds)
        defer { socket.disarm() }
        let goal = assembly.remaining - min(assembly.remaining, Self.largestBite)
        while batch.count < count, batch.bytes.count < options.batchBytes {
            if assembly.phase == .atTheDoor {
                guard let largest else { break }
                try letIn(keeping: largest)
            }
            if assembly.isLarge, assembly.remaining <= goal { break }
            let status = amqp_simple_wait_frame_noblock(state, &frame, &noTime)
            if status == AMQP_STATUS_TIMEOUT.rawValue {
                isDrained = true
                break
            }
            guard status == AMQP_STATUS_OK.rawValue else { throw failed(status, doing: "receive") }
            isDrained = false
            let isLarge = assembly.isLarge
            try take(frame, into: batch, now: now)
            guard self.state != nil else { break }
            amqp_maybe_release_buffers_on_channel(state, frame.channel)
            if isLarge, assembly.phase == .idle { break }
        }
        lastRead = monotonicClock()
        publishedSinceRead = 0
        guard assembly.phase != .idle else { return }
        assembly.park(from: batch)
        let limit = options.stallTimeout
        guard isDrained, assembly.phase != .atTheDoor,
            progress.isStalled(descriptor, remaining: assembly.remaining, at: lastRead, limit: limit.nanoseconds)
        else { return }
        throw end(AMQPError(.timedOut, doing: "receive", "the rest of a message has not come within \(limit)"))
    }

    /// Of a large message one call takes this much, so that the caller looks after everything else meanwhile.
    private static let largestBite: UInt64 = 8 << 20

    private mutating func moveStash(to batch: DeliveryBatch) {
        for delivery in stash.deliveries { batch.adopt(delivery, from: stash) }
        stash.removeAll()
    }

    @inline(__always)
    private mutating func take(
        _ frame: borrowing amqp_frame_t, into batch: DeliveryBatch, now: Timestamp
    ) throws(AMQPError) {
        switch Int32(frame.frame_type) {
        case AMQP_FRAME_BODY:
            guard frame.channel == Self.channel else { throw stray("a body on channel \(frame.channel)") }
            try takeBody(UnsafeRawBufferPointer(frame.payload.body_fragment), into: batch)
        case AMQP_FRAME_HEADER:
            guard frame.channel == Self.channel else { throw stray("a header on channel \(frame.channel)") }
            try takeHeader(frame, into: batch)
        case AMQP_FRAME_METHOD:
            let method = frame.payload.method
            if method.id == MethodID.basicDeliver, frame.channel == Self.channel {
                try takeDelivery(method, into: batch, now: now)
            } else {
                try take(method, on: frame.channel)
            }
        case AMQP_FRAME_HEARTBEAT: break
        default: throw stray("a frame of type \(frame.frame_type)")
        }
    }

    @inline(__always)
    private mutating func takeDelivery(
        _ method: amqp_method_t, into batch: DeliveryBatch, now: Timestamp
    ) throws(AMQPError) {
        guard assembly.phase == .idle, returning == nil else { throw stray("a delivery inside a message") }
        let deliver = method.decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self)
        guard let consumer = consumer(tagged: UnsafeRawBufferPointer(deliver.pointee.consumer_tag)) else {
            throw stray("a delivery for a consumer that is not ours")
        }
        assembly.begin(
            deliver.pointee, queue: consumers[consumer].queue ?? .profiler,
            countsDeliveries: consumers[consumer].countsDeliveries, now: now, in: batch)
    }

    @inline(__always)
    private func consumer(tagged tag: UnsafeRawBufferPointer) -> Int? {
        for index in consumers.indices {
            let isSame = consumers[index].tag.withUnsafeBytes { known in
                known.count == tag.count && memcmp(known.baseAddress!, tag.baseAddress!, tag.count) == 0
            }
            if isSame { return index }
        }
        return nil
    }

    private mutating func takeHeader(_ frame: borrowing amqp_frame_t, into batch: DeliveryBatch) throws(AMQPError) {
        let size = frame.payload.properties.body_size
        guard let decoded = frame.payload.properties.decoded, frame.payload.properties.class_id == 60 else {
            throw stray("a header of another class")
        }
        let properties = decoded.assumingMemoryBound(to: amqp_basic_properties_t.self)
        if returning != nil {
            returning?.take(properties.pointee, bodySize: size)
            return try finishReturn()
        }
        guard assembly.phase == .header else { throw stray("a header without a delivery") }
        guard size <= UInt64(options.maximumBodyBytes) else {
            throw end(
                AMQPError(
                    .messageTooLarge, doing: "receive a message",
                    "its body is announced with \(size) bytes; at most \(options.maximumBodyBytes) are taken"))
        }
        assembly.takeHeader(properties.pointee, bodySize: size, headers: &headers, in: batch)
    }

    private mutating func takeBody(_ bytes: UnsafeRawBufferPointer, into batch: DeliveryBatch) throws(AMQPError) {
        if returning != nil {
            guard returning?.take(bytes) == true else { throw stray("a returned body that is longer than announced") }
            return try finishReturn()
        }
        guard assembly.phase == .body else { throw stray("a body without a header") }
        guard assembly.takeBody(bytes, in: batch) else { throw stray("a body that is longer than announced") }
    }

    /// Ends the connection because of a frame that has no place here.
    mutating func stray(_ what: String) -> AMQPError {
        end(AMQPError(.protocolViolation, doing: "receive", "the broker sent \(what)"))
    }
}

/// Why a wait ended.
package enum WaitOutcome: Sendable, Equatable {
    /// The broker has sent something, or the connection broke: receiving tells which.
    case readable
    /// The other descriptor is readable.
    case woken
    case timedOut
}
