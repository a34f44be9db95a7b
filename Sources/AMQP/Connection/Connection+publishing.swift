import CRabbitMQ
package import Events
import Glibc
import Threads

extension Connection {
    /// From here on the broker confirms what it has taken over; sequence numbers start at 1.
    @available(*, noasync)
    package mutating func enableConfirms() throws(AMQPError) {
        try request("switch on publisher confirms") { _ = amqp_confirm_select($0, Self.channel) }
        isConfirming = true
    }

    /// How many published messages wait for their outcome.
    package var unconfirmedCount: Int { confirms.openCount }

    /// Hands a message to the broker; the fate of the returned sequence number comes with ``takeOutcomes(waitingUpTo:into:)`` (0 where
    /// confirms are off). Waits at most ``ConnectionOptions/callTimeout``, and does not begin while the broker has blocked us:
    /// look at ``isBlocked`` first, it throws ``AMQPError/Kind/timedOut`` otherwise and leaves the connection open.
    ///
    /// Not mandatory, please, for a `reply_to` that begins with `amq.rabbitmq.reply-to`: to RabbitMQ that is no queue, so it would return
    /// the message although it delivers it.
    @discardableResult
    @available(*, noasync)
    package mutating func publish(
        _ body: UnsafeRawBufferPointer, exchange: String, routingKey: ShortText,
        properties: PublishProperties = PublishProperties(), mandatory: Bool = true
    ) throws(AMQPError) -> UInt64 {
        let attempted =
            "publish to \(exchange.isEmpty ? "the queue" : "the exchange \(exchange) with the key") \(routingKey)"
        let table = properties.headers.isEmpty ? nil : FieldTable(properties.headers)
        guard exchange.utf8.count <= 255, routingKey.bytes.count <= 255, properties.fitsOneFrame(with: table) else {
            throw AMQPError(
                .invalidConfiguration, doing: attempted, "a name or property is too long for AMQP", isPermanent: true)
        }
        try readBeforePublishing()
        let state = try openState(attempted)
        guard !isBlocked else {
            throw AMQPError(.timedOut, doing: attempted, "the broker takes nothing: \(blockedReason ?? "")")
        }
        outgoing.removeAll()
        let exchangeRange = outgoing.append(exchange)
        let keyRange = routingKey.bytes.withUnsafeBytes { outgoing.append($0) }
        let ranges = PropertyRanges(properties, in: &outgoing)
        let fingerprint = isConfirming && mandatory ? self.fingerprint(exchangeRange, keyRange, ranges, body) : 0
        var basic = ranges.properties(of: properties, in: outgoing)
        if let table {
            basic._flags |= UInt32(AMQP_BASIC_HEADERS_FLAG)
            table.withTable { basic.headers = $0 }
        }
        socket.arm(options.callTimeout.nanoseconds)
        let status = withExtendedLifetime(table) {
            amqp_basic_publish(
                state, Self.channel, amqp_bytes_t(outgoing[exchangeRange]), amqp_bytes_t(outgoing[keyRange]),
                mandatory ? 1 : 0, 0, &basic, amqp_bytes_t(body))
        }
        socket.disarm()
        guard status == AMQP_STATUS_OK.rawValue else { throw failed(status, doing: attempted) }
        publishedSinceRead += 1
        return isConfirming ? confirms.add(fingerprint: fingerprint) : 0
    }

    @discardableResult
    @available(*, noasync)
    package mutating func publish(
        _ body: String, exchange: String, routingKey: ShortText, properties: PublishProperties = PublishProperties(),
        mandatory: Bool = true
    ) throws(AMQPError) -> UInt64 {
        let bytes = Array(body.utf8)
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        return try publish(
            UnsafeRawBufferPointer(copy), exchange: exchange, routingKey: routingKey, properties: properties,
            mandatory: mandatory)
    }

    /// Appends what became known of published messages; waits only while there is nothing, and for at most `milliseconds`. Sends
    /// heartbeats and sees alarms, so an idle publisher calls it at least every third of the heartbeat.
    @available(*, noasync)
    package mutating func takeOutcomes(
        waitingUpTo milliseconds: Int32, into result: inout [PublishOutcome]
    ) throws(AMQPError) {
        let deadline = monotonicClock() + UInt64(max(0, milliseconds)) * 1_000_000
        while true {
            try takeFrames(into: stash, until: Int.max, now: wallClock(), keeping: MessageAssembly.largeBytes)
            let now = monotonicClock()
            guard outcomes.isEmpty, now < deadline else { break }
            let step = min(
                Int32(clamping: (deadline - now + 999_999) / 1_000_000), Int32(clamping: heartbeatSeconds * 333))
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, step)
        }
        result.append(contentsOf: outcomes)
        outcomes.removeAll(keepingCapacity: true)
    }

    /// Before each publication, now and then, what the broker said is read: alarms, confirms, heartbeats. Without it the library would,
    /// after two silent heartbeats, wait inside `amqp_basic_publish` without a limit.
    private mutating func readBeforePublishing() throws(AMQPError) {
        guard publishedSinceRead >= 64 || monotonicClock() > lastRead + 250_000_000 else { return }
        try takeFrames(into: stash, until: Int.max, now: wallClock(), keeping: MessageAssembly.largeBytes)
    }

    private func fingerprint(
        _ exchange: ByteRange, _ key: ByteRange, _ ranges: PropertyRanges, _ body: UnsafeRawBufferPointer
    ) -> UInt64 {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        var fingerprint = MessageFingerprint()
        fingerprint.add(outgoing[exchange])
        fingerprint.add(outgoing[key])
        fingerprint.add(ranges.messageID.map { outgoing[$0] } ?? none)
        fingerprint.add(ranges.correlationID.map { outgoing[$0] } ?? none)
        fingerprint.add(bodySize: UInt64(body.count))
        fingerprint.add(bodyPart: body)
        return fingerprint.value
    }
}
