package import AMQP
package import Events
package import Ingest
package import Status
internal import Threads

/// Deliveries from the broker: both queues, on one connection with one channel.
package struct BrokerSource: DeliverySource, ~Copyable {
    private let readPlan: @Sendable () -> Plan
    private let topology: Topology
    private let topologyStatus: TopologyStatus
    /// Of the last attempt to connect.
    private var plan: Plan
    private var connection: Connection?
    package private(set) var certificateExpiresAt: Int64?
    /// Connected, and another daemon has the lock: asked for it again on the same connection.
    private var standby: Connection?
    private var hasOpened = false
    private var hasTriedAll = false

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
    package init(topology: Topology, status: TopologyStatus, plan: @escaping @Sendable () -> Plan) {
        readPlan = plan
        self.topology = topology
        topologyStatus = status
        self.plan = plan()
        connection = nil
        standby = nil
    }

    package var name: String { plan.options.urls.map(\.endpoint).joined(separator: ", ") }
    package var isExhausted: Bool { false }

    package mutating func open() throws(DeliverySourceError) {
        connection = nil
        do {
            var opened: Connection
            if let waiting = standby.take() {
                opened = waiting
            } else {
                plan = readPlan()
                opened = try Connection.open(plan.options)
                // Also where another daemon is at work: what is wrong is better known before this one is needed.
                if topology.isExclusive { try topology.apply(.ingest, to: &opened) }
            }
            if topology.isExclusive, try !takeLock(&opened) {
                standby = consume opened
                throw DeliverySourceError("another daemon holds the queue \(Topology.lockQueue)", .standby)
            }
            try consumeAll(&opened)
            certificateExpiresAt = opened.tlsFacts?.firstToExpire.notAfter
            connection = consume opened
            hasOpened = true
        } catch let error as DeliverySourceError {
            throw error
        } catch let error as AMQPError {
            // Also of an exclusive consumer: the connection is given up, so that neither queue is held without the other.
            let isTaken = error.objectTrouble == .taken
            throw DeliverySourceError(
                "\(error)", error.isPermanent && !isTaken ? .lasting : .passing,
                summary: isTaken ? error.objectWords : error.summary)
        } catch let problem as Topology.Problem {
            throw DeliverySourceError(
                "\(problem)", severity(of: problem.cause), summary: "\(problem.object): \(problem.cause.objectWords)")
        } catch {
            throw DeliverySourceError("\(error)")
        }
    }

    /// What somebody made otherwise ends a start, as only people can decide what is right. What is gone, or not allowed, is waited for; so
    /// is everything once the daemon has been at work, as somebody may be about to replace a queue.
    private func severity(of cause: AMQPError) -> DeliverySourceError.Severity {
        if cause.objectTrouble == .different { return hasOpened ? .lasting : .fatal }
        return cause.isPermanent && cause.objectTrouble != .taken ? .lasting : .passing
    }

    /// False where another connection has it.
    private func takeLock(_ connection: inout Connection) throws(AMQPError) -> Bool {
        do throws(AMQPError) {
            try connection.declareQueue(Topology.lockQueue, durable: false, exclusive: true)
            return true
        } catch {
            guard error.objectTrouble == .taken, connection.isOpen else { throw error }
            return false
        }
    }

    /// Whoever waits for the daemon to consume finds the other queues as well, where they can be made at once. Their troubles are looked
    /// after by those who use them.
    private mutating func tryAllOnce(_ connection: inout Connection) {
        guard !hasTriedAll, topology.mode == .declare else { return }
        hasTriedAll = true
        for part in [Topology.Part.aggregates, .requests, .rejections] {
            _ = try? topology.apply(part, to: &connection)
        }
    }

    /// The topology, which may have changed while another daemon was at work; then both queues, always in the same order.
    private mutating func consumeAll(_ connection: inout Connection) throws {
        tryAllOnce(&connection)
        for (object, condition) in try topology.apply(.ingest, to: &connection) {
            guard case .queue = object else { continue }
            topologyStatus.reportConsumers(of: object.description, others: condition.consumers)
        }
        try connection.setPrefetch(UInt16(clamping: plan.prefetch))
        for queue in IngestQueue.allCases {
            try connection.consume(
                queue, countsDeliveries: topology.queueType == .quorum, exclusively: topology.isExclusive)
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
        if let waiting = standby.take() { waiting.close() }
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
