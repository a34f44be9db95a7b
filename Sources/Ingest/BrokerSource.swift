package import AMQP
package import Events

/// Deliveries from the broker: both queues, on one connection with one channel.
package struct BrokerSource: DeliverySource, ~Copyable {
    private let readPlan: @Sendable () -> Plan
    private let topology: Topology
    /// Of the last attempt to connect.
    private var plan: Plan
    private var connection: Connection?
    package private(set) var certificateExpiresAt: Int64?

    /// When a heartbeat was last sent by hand.
    private var beatAt = ContinuousClock.now

    /// What may be another with each connection.
    package struct Plan: Sendable {
        package var options: ConnectionOptions
        package var prefetch: Int

        package init(options: ConnectionOptions, prefetch: Int) {
            self.options = options
            self.prefetch = prefetch
        }
    }

    /// `plan` is asked each time before connecting, on the receive thread.
    package init(topology: Topology, plan: @escaping @Sendable () -> Plan) {
        readPlan = plan
        self.topology = topology
        self.plan = plan()
        connection = nil
    }

    package var name: String { plan.options.urls.map(\.endpoint).joined(separator: ", ") }
    package var isExhausted: Bool { false }

    package mutating func open() throws(DeliverySourceError) {
        connection = nil
        plan = readPlan()
        do {
            var opened = try Connection.open(plan.options)
            try topology.apply(to: &opened)
            try opened.setPrefetch(UInt16(clamping: plan.prefetch))
            for queue in IngestQueue.allCases {
                try opened.consume(queue, countsDeliveries: topology.queueType == .quorum)
            }
            certificateExpiresAt = opened.tlsFacts?.firstToExpire.notAfter
            connection = consume opened
        } catch let error as AMQPError {
            throw DeliverySourceError("\(error)", error.isPermanent ? .lasting : .passing, summary: error.summary)
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

    package var arrival: LargeArrival? {
        switch connection {
        case .some(let connection): connection.arrival
        case .none: nil
        }
    }

    package mutating func letIn(keeping bytes: UInt64) throws(DeliverySourceError) {
        try talk { connection throws(AMQPError) in try connection.letIn(keeping: bytes) }
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
            throw DeliverySourceError("\(error)", error.isPermanent ? .lasting : .passing, summary: error.summary)
        }
    }
}
