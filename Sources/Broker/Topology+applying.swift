package import AMQP

extension Topology {
    /// How an object was found that is there.
    package struct Condition: Sendable {
        /// What is not as expected and does no harm, in words: only where the object is not of the ingest.
        package var differences: [String] = []
        /// A queue of an older installation, of the other type than ``QueueType`` says: used as it is.
        package var isOfOtherType = false
        /// Of a queue; 0 for an exchange.
        package var consumers = 0
    }

    /// Declares or checks the objects of one part in turn; stops at the first that is not there, or may not be used as it is.
    @discardableResult
    package func apply(_ part: Part, to connection: inout Connection) throws(Problem) -> [(
        object: Object, condition: Condition
    )] {
        var conditions: [(object: Object, condition: Condition)] = []
        for object in objects(of: part) { conditions.append((object, try apply(object, to: &connection))) }
        return conditions
    }

    /// Declares or checks one object. The connection stays open where the broker refuses, if it neither consumes nor publishes.
    @discardableResult
    package func apply(_ object: Object, to connection: inout Connection) throws(Problem) -> Condition {
        do throws(AMQPError) {
            switch (mode, object) {
            case (.check, .exchange(let exchange)):
                try connection.checkExchange(exchange.name)
                return Condition()
            case (.check, .queue(let queue)):
                return Condition(consumers: try connection.checkQueue(queue.name).consumerCount)
            case (.declare, .exchange(let exchange)): return try declare(exchange, on: &connection)
            case (.declare, .queue(let queue)):
                return queue.part == .ingest
                    ? try declare(queue, on: &connection) : try declareTolerantly(queue, on: &connection)
            }
        } catch { throw Problem(object: object.description, expected: object.expectation, cause: error) }
    }

    private func declare(_ queue: Queue, on connection: inout Connection) throws(AMQPError) -> Condition {
        let state = try connection.declareQueue(queue.name, durable: true, arguments: queue.arguments)
        if let binding = queue.binding {
            try connection.bindQueue(queue.name, to: binding.exchange, routingKey: binding.key)
        }
        return Condition(consumers: state.consumerCount)
    }

    private func declare(_ exchange: Exchange, on connection: inout Connection) throws(AMQPError) -> Condition {
        do throws(AMQPError) {
            try connection.declareExchange(exchange.name, type: "topic", durable: true)
            return Condition()
        } catch {
            guard exchange.part != .ingest, error.isDecision, connection.isOpen else { throw error }
            do throws(AMQPError) { try connection.checkExchange(exchange.name) } catch let second {
                throw second.objectTrouble == .missing ? error : second
            }
            return Condition(differences: [error.objectWords])
        }
    }

    /// Takes a queue as it is, where there is one: what an operator has made, or an older version.
    private func declareTolerantly(_ queue: Queue, on connection: inout Connection) throws(AMQPError) -> Condition {
        var condition = Condition()
        var decision: AMQPError?
        do throws(AMQPError) {
            let found = try connection.declareQueue(queue.name, adopting: queue.arguments)
            condition.isOfOtherType = found.differences.contains { $0.name == QueueArgument.type }
            condition.differences = found.differences.filter { $0.name != QueueArgument.type }.map(\.description)
        } catch {
            guard error.isDecision, connection.isOpen else { throw error }
            condition.differences.append(error.objectWords)
            decision = error
        }
        do throws(AMQPError) { condition.consumers = try connection.checkQueue(queue.name).consumerCount } catch {
            // Where it cannot be made, why not tells more than that it is not there.
            throw error.objectTrouble == .missing ? decision ?? error : error
        }
        guard let binding = queue.binding else { return condition }
        do throws(AMQPError) {
            try connection.bindQueue(queue.name, to: binding.exchange, routingKey: binding.key)
        } catch {
            guard error.isDecision, connection.isOpen else { throw error }
            condition.differences.append("not bound to the exchange \(binding.exchange): \(error.objectWords)")
        }
        return condition
    }
}

extension AMQPError {
    /// Somebody wanted it to be so; what exists may be of use all the same.
    fileprivate var isDecision: Bool { objectTrouble == .different || objectTrouble == .refused }

    /// The broker's words, shorter where they are understood.
    package var objectWords: String {
        let text = brokerText ?? reason
        return InequivalentArgument(text)?.description ?? text
    }
}
