internal import AMQP
internal import Events
internal import Ingest

extension Doctor {
    private static let topologyCheck = "topology"

    /// Whether exchanges and queues are there, and as the daemon expects them.
    ///
    /// What exists is declared once more as it should be: the broker compares, and makes nothing. Where it says that an argument is
    /// different, that one is taken over and the rest compared, so that every argument becomes known.
    mutating func checkTopology(_ connection: inout Connection, _ visit: BrokerVisit, mayConfigure: Bool) {
        var limits: [(queue: String, arguments: [String: String])] = []
        var missing: [String] = []
        var ready = 0
        var trouble = 0
        do throws(AMQPError) {
            for exchange in visit.topology.exchanges {
                if let error = try connection.difference(inExchange: exchange, mayConfigure: mayConfigure) {
                    guard error.kind != .notFound else {
                        missing.append("exchange \(exchange)")
                        continue
                    }
                    trouble += 1
                    addDifference("exchange \(exchange): " + Self.words(error), visit)
                }
            }
            for queue in visit.topology.queues {
                do throws(AMQPError) { ready += try connection.checkQueue(queue.name).messageCount } catch {
                    guard error.kind == .notFound else { throw error }
                    missing.append("queue \(queue.name)")
                    continue
                }
                guard mayConfigure else { continue }
                let found = try connection.arguments(of: queue)
                if !found.differences.isEmpty {
                    trouble += 1
                    addDifference("queue \(queue.name): " + found.differences.joined(separator: "; "), visit)
                }
                if IngestQueue.allCases.contains(where: { $0.name == queue.name }) {
                    limits.append((queue.name, found.arguments))
                }
            }
        } catch {
            add(.problem(Self.topologyCheck, error.description, remedy: "look at the broker's log"))
            add(.notTried("queue limits", because: "the queues could not be looked at"))
            return
        }
        addPresence(missing, ready, isFine: trouble == 0, visit)
        guard mayConfigure else {
            let reason = "the broker compares arguments only for users who may configure"
            return add(.notTried("queue limits", because: reason))
        }
        addHazards(limits, visit)
    }

    private mutating func addPresence(_ missing: [String], _ ready: Int, isFine: Bool, _ visit: BrokerVisit) {
        guard missing.isEmpty else {
            let finding = "missing: " + missing.joined(separator: ", ")
            if visit.topology.mode == .declare {
                return add(.ok(Self.topologyCheck, "\(finding); the daemon makes it at its start"))
            }
            let remedy = "alidade topology declare, by a user who may; or topology.mode: declare"
            return add(.problem(Self.topologyCheck, finding, remedy: remedy))
        }
        guard isFine else { return }
        let count = "\(visit.topology.exchanges.count) exchanges and \(visit.topology.queues.count) queues"
        add(.ok(Self.topologyCheck, "\(count) are there, \(ready) messages ready (bindings cannot be seen by AMQP)"))
    }

    /// In `declare` mode the daemon refuses to start over it.
    private mutating func addDifference(_ finding: String, _ visit: BrokerVisit) {
        let remedy = "drain and delete it, then alidade topology declare; or set topology.queue_type to what is there"
        if visit.topology.mode == .declare {
            add(.problem(Self.topologyCheck, finding, remedy: remedy))
        } else {
            add(.warning(Self.topologyCheck, finding, remedy: remedy))
        }
    }

    private mutating func addHazards(_ limits: [(queue: String, arguments: [String: String])], _ visit: BrokerVisit) {
        let check = "queue limits"
        var isFine = true
        for (queue, arguments) in limits {
            for hazard in QueueHazard.all(in: arguments, deliveryLimit: visit.deliveryLimit) {
                isFine = false
                let finding = "queue \(queue): \(hazard.text)"
                let remedy = "delete the queue when it is empty, and declare it without that argument"
                add(hazard.isLoss ? .problem(check, finding, remedy: remedy) : .warning(check, finding, remedy: remedy))
            }
        }
        guard isFine else { return }
        add(.ok(check, limits.isEmpty ? "no queue is there yet" : "no argument of a queue takes messages away"))
    }

    private static func words(_ error: AMQPError) -> String {
        let text = error.brokerText ?? error.reason
        return InequivalentArgument(text)?.description ?? text
    }
}

extension Connection {
    /// Nil where the exchange is as expected, or where only its presence can be told.
    fileprivate mutating func difference(
        inExchange name: String, mayConfigure: Bool
    ) throws(AMQPError) -> AMQPError? {
        do throws(AMQPError) {
            try checkExchange(name)
            if mayConfigure { try declareExchange(name, type: "topic", durable: true) }
            return nil
        } catch {
            guard error.kind == .notFound || error.kind == .preconditionFailed else { throw error }
            return error
        }
    }

    /// The arguments of a queue that exists, and in words those that are not as expected.
    fileprivate mutating func arguments(
        of queue: Topology.Queue
    ) throws(AMQPError) -> (arguments: [String: String], differences: [String]) {
        var declared = queue.arguments
        var differences: [String] = []
        // One for each argument there can be; a broker that never agrees is not asked for ever.
        for _ in 0..<24 {
            do throws(AMQPError) {
                try declareQueue(queue.name, arguments: declared)
                break
            } catch {
                guard error.kind == .preconditionFailed, isOpen else { throw error }
                let text = error.brokerText ?? error.reason
                let other = InequivalentArgument(text)
                differences.append(other?.description ?? text)
                guard let other, other.name.hasPrefix("x-") else { break }
                declared[other.name] = other.current.map { current in
                    Int64(current).map { .integer($0) } ?? .text(current)
                }
            }
        }
        return (declared.mapValues(\.words), differences)
    }
}

extension Argument {
    fileprivate var words: String {
        switch self {
        case .text(let text): text
        case .integer(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case .table: "a table"
        }
    }
}
