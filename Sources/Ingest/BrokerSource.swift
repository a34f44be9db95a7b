package import AMQP
package import Events

/// Deliveries from the broker: both queues, on one connection with one channel.
package struct BrokerSource: DeliverySource, ~Copyable {
    private let options: ConnectionOptions
    private let topology: Topology
    private let prefetch: UInt16
    private var connection: Connection?

    /// When a heartbeat was last sent by hand.
    private var beatAt = ContinuousClock.now

    package init(options: ConnectionOptions, topology: Topology, prefetch: Int) {
        self.options = options
        self.topology = topology
        self.prefetch = UInt16(clamping: prefetch)
        connection = nil
    }

    package var name: String { options.urls.map(\.endpoint).joined(separator: ", ") }
    package var isExhausted: Bool { false }

    package mutating func open() throws(DeliverySourceError) {
        connection = nil
        do {
            var opened = try Connection.open(options)
            try topology.apply(to: &opened)
            try opened.setPrefetch(prefetch)
            for queue in IngestQueue.allCases { try opened.consume(queue) }
            connection = consume opened
        } catch let error as AMQPError {
            throw DeliverySourceError("\(error)", error.isPermanent ? .lasting : .passing)
        } catch let problem as Topology.Problem {
            // Only a difference that people made needs people; a broker that is going down or has lost an object does not.
            throw DeliverySourceError("\(problem)", problem.cause.isPermanent ? .fatal : .passing)
        } catch {
            throw DeliverySourceError("\(error)")
        }
    }

    package mutating func receive(into batch: DeliveryBatch, limit: Int) throws(DeliverySourceError) -> Int {
        try talk { connection throws(AMQPError) in try connection.receive(into: batch, limit: limit, now: wallClock()) }
    }

    package mutating func wait(milliseconds: Int32, wake: Int32) throws(DeliverySourceError) {
        try talk { connection throws(AMQPError) in _ = try connection.wait(upTo: milliseconds, orReadable: wake) }
    }

    package mutating func keepAlive() throws(DeliverySourceError) {
        let now = ContinuousClock.now
        guard now - beatAt > .seconds(1) else { return }
        beatAt = now
        try talk { connection throws(AMQPError) in try connection.sendHeartbeat() }
    }

    package mutating func acknowledge(_ acknowledgement: Acknowledgement) throws(DeliverySourceError) {
        try talk { connection throws(AMQPError) in
            try connection.acknowledge(acknowledgement.tag, multiple: acknowledgement.includesEarlier)
        }
    }

    package mutating func close() {
        guard let open = connection.take() else { return }
        open.close()
    }

    /// Runs one exchange with the broker; any error ends the connection, because its state is unknown afterwards.
    private mutating func talk<Value>(_ body: (inout Connection) throws(AMQPError) -> Value) throws(DeliverySourceError)
        -> Value
    {
        guard var open = connection.take() else { throw DeliverySourceError("not connected") }
        do {
            let value = try body(&open)
            connection = consume open
            return value
        } catch {
            throw DeliverySourceError("\(error)", error.isPermanent ? .lasting : .passing)
        }
    }
}
