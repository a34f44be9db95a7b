import CRabbitMQ

/// A queue as the broker describes it.
package struct QueueState: Sendable, Equatable {
    /// Chosen by the broker where an empty name was declared.
    package var name: String
    /// Ready to be delivered; without those that are delivered and not acknowledged.
    package var messageCount: Int
    package var consumerCount: Int
}

/// Requests about exchanges and queues. A refusal (``AMQPError/Kind/notFound``, ``AMQPError/Kind/preconditionFailed``) leaves
/// the connection open as long as it neither consumes nor publishes with confirms.
extension Connection {
    @available(*, noasync)
    package mutating func declareExchange(
        _ name: String, type: String = "topic", durable: Bool = true
    ) throws(AMQPError) {
        try declareExchange(name, type: type, durable: durable, passive: false)
    }

    /// Throws ``AMQPError/Kind/notFound`` where there is none. The type is not compared.
    @available(*, noasync)
    package mutating func checkExchange(_ name: String) throws(AMQPError) {
        try declareExchange(name, type: "topic", durable: true, passive: true)
    }

    private mutating func declareExchange(
        _ name: String, type: String, durable: Bool, passive: Bool
    ) throws(AMQPError) {
        let attempted = "\(passive ? "find" : "declare") the exchange \(name)"
        try Self.checkLengths(attempted, name, type)
        try request(attempted) { state in
            withBytes(name) { name in
                withBytes(type) { type in
                    _ = amqp_exchange_declare(
                        state, Self.channel, name, type, passive ? 1 : 0, durable ? 1 : 0, 0, 0, amqp_table_t())
                }
            }
        }
    }

    /// Makes the queue, or finds that one with these properties is there. An empty name lets the broker choose one.
    @discardableResult
    @available(*, noasync)
    package mutating func declareQueue(
        _ name: String, durable: Bool = true, exclusive: Bool = false, autoDelete: Bool = false,
        arguments: [String: Argument] = [:]
    ) throws(AMQPError) -> QueueState {
        let attempted = "declare the queue \(name)"
        try Self.checkLengths(attempted, name)
        let table = FieldTable(arguments)
        return try queueState(attempted) { state in
            table.withTable { table in
                withBytes(name) {
                    amqp_queue_declare(
                        state, Self.channel, $0, 0, durable ? 1 : 0, exclusive ? 1 : 0, autoDelete ? 1 : 0, table)
                }
            }
        }
    }

    /// Makes the queue, or finds one whose arguments are others: those are taken over one by one, as the broker names them, until it agrees.
    ///
    /// Returns the arguments of the queue and what was different. A property that is no argument (`durable`) ends the comparison.
    @available(*, noasync)
    package mutating func declareQueue(
        _ name: String, adopting wanted: [String: Argument]
    ) throws(AMQPError) -> (arguments: [String: Argument], differences: [InequivalentArgument]) {
        var arguments = wanted
        var differences: [InequivalentArgument] = []
        // One for each argument there can be; a broker that never agrees is not asked for ever.
        for _ in 0..<24 {
            do throws(AMQPError) {
                try declareQueue(name, arguments: arguments)
                break
            } catch {
                guard error.objectTrouble == .different, isOpen, let text = error.brokerText,
                    let other = InequivalentArgument(text)
                else { throw error }
                differences.append(other)
                guard other.name.hasPrefix("x-") else { break }
                arguments[other.name] = other.current.map { current in
                    Int64(current).map { .integer($0) } ?? .text(current)
                }
            }
        }
        return (arguments, differences)
    }

    /// Throws ``AMQPError/Kind/notFound`` where there is none.
    @available(*, noasync)
    package mutating func checkQueue(_ name: String) throws(AMQPError) -> QueueState {
        let attempted = "find the queue \(name)"
        try Self.checkLengths(attempted, name)
        return try queueState(attempted) { state in
            withBytes(name) { amqp_queue_declare(state, Self.channel, $0, 1, 0, 0, 0, amqp_table_t()) }
        }
    }

    @available(*, noasync)
    package mutating func bindQueue(_ queue: String, to exchange: String, routingKey: String) throws(AMQPError) {
        let attempted = "bind the queue \(queue) to the exchange \(exchange) with \(routingKey)"
        try Self.checkLengths(attempted, queue, exchange, routingKey)
        try request(attempted) { state in
            withBytes(queue) { queue in
                withBytes(exchange) { exchange in
                    withBytes(routingKey) { key in
                        _ = amqp_queue_bind(state, Self.channel, queue, exchange, key, amqp_table_t())
                    }
                }
            }
        }
    }

    /// With its messages. No error where there is none.
    @available(*, noasync)
    package mutating func deleteQueue(_ name: String) throws(AMQPError) {
        let attempted = "delete the queue \(name)"
        try Self.checkLengths(attempted, name)
        try request(attempted) { state in
            withBytes(name) { _ = amqp_queue_delete(state, Self.channel, $0, 0, 0) }
        }
    }

    private mutating func queueState(
        _ attempted: String, _ call: (OpaquePointer) -> UnsafeMutablePointer<amqp_queue_declare_ok_t>?
    ) throws(AMQPError) -> QueueState {
        let answer = try request(attempted) { state in
            call(state).map { ok in
                QueueState(
                    name: String(copying: ok.pointee.queue), messageCount: Int(ok.pointee.message_count),
                    consumerCount: Int(ok.pointee.consumer_count))
            }
        }
        guard let answer else { throw end(AMQPError(.protocolViolation, doing: attempted, "the answer is empty")) }
        return answer
    }

    /// The library would send half a request before it notices.
    static func checkLengths(_ attempted: @autoclosure () -> String, _ texts: String...) throws(AMQPError) {
        guard texts.allSatisfy({ $0.utf8.count <= 255 }) else {
            throw AMQPError(
                .invalidConfiguration, doing: attempted(), "a name is longer than 255 bytes", isPermanent: true)
        }
    }
}
