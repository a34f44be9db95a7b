internal import AMQP
internal import Broker

extension Doctor {
    private static let topologyCheck = "topology"

    /// Whether exchanges and queues are there, and as the daemon expects them.
    ///
    /// What exists is declared once more as it should be: the broker compares, and makes nothing. Where it says that an argument is
    /// different, that one is taken over and the rest compared, so that every argument becomes known.
    mutating func checkTopology(_ connection: inout Connection, _ visit: BrokerVisit, mayConfigure: Bool) {
        var limits: [(queue: String, arguments: [String: Argument])] = []
        var missing: [Topology.Object] = []
        var ready = 0
        var trouble = 0
        do throws(AMQPError) {
            for object in visit.topology.objects {
                do throws(AMQPError) {
                    switch object {
                    case .exchange(let exchange):
                        try connection.checkExchange(exchange.name)
                        guard mayConfigure else { continue }
                        try connection.declareExchange(exchange.name, type: "topic", durable: true)
                    case .queue(let queue):
                        let state = try connection.checkQueue(queue.name)
                        ready += state.messageCount
                        if addConsumers(state.consumerCount, of: queue) { trouble += 1 }
                        guard mayConfigure else { continue }
                        let found = try connection.declareQueue(queue.name, adopting: queue.arguments)
                        if addDifferences(found.differences, of: object, visit) { trouble += 1 }
                        if queue.part == .ingest { limits.append((queue.name, found.arguments)) }
                    }
                } catch {
                    guard connection.isOpen, let kind = error.objectTrouble else { throw error }
                    guard kind != .missing else {
                        missing.append(object)
                        continue
                    }
                    // What takes this permission was asked before.
                    if object.part.isOptional, kind == .refused { continue }
                    trouble += 1
                    addObjectTrouble(kind, error, object, visit)
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

    private mutating func addPresence(_ missing: [Topology.Object], _ ready: Int, isFine: Bool, _ visit: BrokerVisit) {
        guard missing.isEmpty else {
            let finding = "missing: " + missing.map(\.description).joined(separator: ", ")
            if visit.topology.mode == .declare {
                return add(.ok(Self.topologyCheck, "\(finding); the daemon makes it"))
            }
            let remedy = "alidade topology declare, by a user who may; or topology.mode: declare"
            guard missing.allSatisfy(\.part.isOptional) else {
                return add(.problem(Self.topologyCheck, finding, remedy: remedy))
            }
            let effect = "nobody is told of rejections, all else goes on"
            return add(.warning(Self.topologyCheck, "\(finding): \(effect)", remedy: remedy))
        }
        guard isFine else { return }
        let count = "\(visit.topology.exchanges.count) exchanges and \(visit.topology.queues.count) queues"
        add(.ok(Self.topologyCheck, "\(count) are there, \(ready) messages ready (bindings cannot be seen by AMQP)"))
    }

    /// One daemon has one consumer on each queue of events. True where there are more.
    private mutating func addConsumers(_ count: Int, of queue: Topology.Queue) -> Bool {
        guard queue.part == .ingest, count > 1 else { return false }
        add(
            .warning(
                Self.topologyCheck,
                "queue \(queue.name): \(count) consumers share its messages, so each store has only a part of the events",
                remedy:
                    "unless they write to the same store, stop all but one; topology.exclusive: true makes a second "
                    + "daemon stand by. Who they are: rabbitmqctl list_consumers"))
        return true
    }

    /// True where there are any.
    private mutating func addDifferences(
        _ differences: [InequivalentArgument], of object: Topology.Object, _ visit: BrokerVisit
    ) -> Bool {
        guard let first = differences.first else { return false }
        guard object.part != .ingest, case .queue(let queue) = object, differences.count == 1,
            first.name == QueueArgument.type
        else {
            addDifference(object, differences.map(\.description).joined(separator: "; "), visit)
            return true
        }
        let loss =
            visit.topology.queueType == .quorum ? "; it is unavailable whenever the node it was made on is down" : ""
        add(
            .warning(
                Self.topologyCheck,
                "\(object): \(first.description); it is used as it is\(loss)",
                remedy:
                    "rabbitmqctl delete_queue \(queue.name) --if-empty -p '\(visit.options.urls.first?.virtualHost ?? "/")', "
                    + "then restart the daemon, which makes it again"))
        return true
    }

    private mutating func addObjectTrouble(
        _ kind: AMQPError.ObjectTrouble, _ error: AMQPError, _ object: Topology.Object, _ visit: BrokerVisit
    ) {
        switch kind {
        case .away:
            let effect =
                switch object.part {
                case .ingest: "nothing is taken in"
                case .requests: "requests are not answered"
                case .aggregates: "aggregates are not published"
                case .rejections: "nobody is told of rejections"
                }
            add(
                .problem(
                    Self.topologyCheck, "\(object): \(error.objectWords); until it is back, \(effect)",
                    remedy: "start the broker's node, or look at its log"))
        case .taken:
            add(
                .problem(
                    Self.topologyCheck, "\(object): \(error.objectWords)",
                    remedy: "it was made as exclusive by another connection: end that, or rename its queue"))
        case .different, .refused, .missing: addDifference(object, error.objectWords, visit)
        }
    }

    /// In `declare` mode the daemon refuses to start over it, where it is an object of the ingest; others are used as they are.
    private mutating func addDifference(_ object: Topology.Object, _ difference: String, _ visit: BrokerVisit) {
        let finding = "\(object): \(difference)"
        let remedy = "drain and delete it, then alidade topology declare; or set topology.queue_type to what is there"
        if visit.topology.mode == .declare, object.part == .ingest {
            add(.problem(Self.topologyCheck, finding, remedy: remedy))
        } else {
            add(.warning(Self.topologyCheck, finding, remedy: remedy))
        }
    }

    private mutating func addHazards(_ limits: [(queue: String, arguments: [String: Argument])], _ visit: BrokerVisit) {
        let check = "queue limits"
        var isFine = true
        for (queue, arguments) in limits {
            for hazard in QueueHazard.all(in: arguments.mapValues(\.description), deliveryLimit: visit.deliveryLimit) {
                isFine = false
                let finding = "queue \(queue): \(hazard.text)"
                let remedy = "delete the queue when it is empty, and declare it without that argument"
                add(hazard.isLoss ? .problem(check, finding, remedy: remedy) : .warning(check, finding, remedy: remedy))
            }
        }
        guard isFine else { return }
        add(.ok(check, limits.isEmpty ? "no queue is there yet" : "no argument of a queue takes messages away"))
    }
}
