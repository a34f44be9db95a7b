import CRabbitMQ

/// Something that a user may be allowed to do at the broker or not.
package enum Permission: Sendable, Equatable {
    case configureExchange(String)
    case configureQueue(String)
    /// Binding takes *write* on the queue and *read* on the exchange.
    case bind(queue: String, exchange: String)
    /// *read* on the queue.
    case consume(queue: String)
    /// *write* on the exchange; the empty name is the default exchange, RabbitMQ's `amq.default`.
    case publish(exchange: String)
}

extension Connection {
    /// What the broker says to somebody who may not; nil for somebody who may.
    ///
    /// Each permission is tried with a request that has a flaw (a dead-letter exchange that is a number, a priority that is a word, an
    /// expiration that is none), or that unbinds what is not bound. RabbitMQ looks at the permission first and at the flaw before it does
    /// anything, so nothing is made, delivered or published, whatever exists: safe beside a running daemon.
    @available(*, noasync)
    package mutating func refusal(of permission: Permission) throws(AMQPError) -> AMQPError? {
        do throws(AMQPError) {
            try attempt(permission)
            return nil
        } catch {
            switch error.kind {
            case .accessRefused where isOpen: return error
            // The flaw was found, or the object is missing: the permission was not.
            case .preconditionFailed, .notFound: return nil
            default: throw error
            }
        }
    }

    private mutating func attempt(_ permission: Permission) throws(AMQPError) {
        switch permission {
        case .configureExchange(let name):
            let flawed = FieldTable(["alternate-exchange": 1])
            try request("declare the exchange \(name)") { state in
                flawed.withTable { table in
                    withBytes(name) { name in
                        withBytes("topic") {
                            _ = amqp_exchange_declare(state, Self.channel, name, $0, 0, 1, 0, 0, table)
                        }
                    }
                }
            }
        case .configureQueue(let name): try declareQueue(name, arguments: ["x-dead-letter-exchange": 1])
        case .bind(let queue, let exchange):
            try request("bind the queue \(queue) to the exchange \(exchange)") { state in
                withBytes(queue) { queue in
                    withBytes(exchange) { exchange in
                        withBytes("alidade.doctor.bound.by.nobody") {
                            _ = amqp_queue_unbind(state, Self.channel, queue, exchange, $0, amqp_table_t())
                        }
                    }
                }
            }
        case .consume(let queue): try consumeWithFlaw(queue)
        case .publish(let exchange): try publishWithFlaw(exchange)
        }
    }

    private mutating func consumeWithFlaw(_ queue: String) throws(AMQPError) {
        let attempted = "consume from the queue \(queue)"
        let flawed = FieldTable(["x-priority": "none"])
        try request(attempted) { state in
            flawed.withTable { table in
                withBytes(queue) { queue in
                    _ = amqp_basic_consume(state, Self.channel, queue, amqp_bytes_t(), 0, 0, 0, table)
                }
            }
        }
        // A broker that takes the flaw delivers: with the connection gone, everything goes back to the queue.
        throw end(AMQPError(.protocolViolation, doing: attempted, "the broker took an x-priority that is no number"))
    }

    /// Publishing has no answer of its own; the refusal comes in place of the next one.
    private mutating func publishWithFlaw(_ exchange: String) throws(AMQPError) {
        try request("publish to the exchange \(exchange.isEmpty ? "amq.default" : exchange)") { state in
            withBytes(exchange) { exchange in
                withBytes("alidade.doctor.routed.nowhere") { key in
                    withBytes("none") { expiration in
                        var properties = amqp_basic_properties_t()
                        properties._flags = UInt32(AMQP_BASIC_EXPIRATION_FLAG)
                        properties.expiration = expiration
                        _ = amqp_basic_publish(
                            state, Self.channel, exchange, key, 0, 0, &properties, amqp_bytes_t())
                    }
                }
            }
            _ = amqp_basic_qos(state, Self.channel, 0, 1, 0)
        }
    }
}
