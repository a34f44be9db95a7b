package import AMQP
package import Logging
package import Status
package import Threads

/// Looks at regular times, on a connection and a thread of its own, whether every exchange and queue is there, and makes anew what somebody
/// has deleted, as far as ``Topology/Mode`` lets it.
///
/// A deleted queue is told to its consumer at once; of a deleted exchange or binding nobody tells. Its connection neither consumes nor
/// publishes, so whatever the broker refuses, it goes on.
package struct TopologyWatch: Sendable {
    private static let interval = Duration.seconds(5)
    /// The longest wait: a stop is seen within this time.
    private static let patience: Int32 = 200

    private let options: @Sendable () -> ConnectionOptions
    private let topology: Topology
    private let status: TopologyStatus
    private let logger: Logger

    /// `options` are asked each time before connecting.
    package init(
        options: @escaping @Sendable () -> ConnectionOptions, topology: Topology, status: TopologyStatus, logger: Logger
    ) {
        self.options = options
        self.topology = topology
        self.status = status
        self.logger = logger
    }

    /// Runs until stopped; reconnects by itself. That the broker is away is said by those who work with it.
    @available(*, noasync)
    package func run(until stop: StopSignal) {
        var retrying = Retrying()
        while !stop.isRequested {
            do throws(AMQPError) {
                var connection = try Connection.open(options())
                retrying.succeeded()
                try look(at: &connection, until: stop)
                connection.close()
            } catch {
                logger.debug("could not look after the topology", metadata: ["error": "\(error)"])
                retrying.failed(isLasting: error.isPermanent)
                retrying.rest(until: stop)
            }
        }
    }

    private func look(at connection: inout Connection, until stop: StopSignal) throws(AMQPError) {
        var unbindable: Set<String> = []
        while true {
            // Those who have just connected look for themselves.
            let end = ContinuousClock.now + Self.interval
            while ContinuousClock.now < end {
                guard !stop.isRequested else { return }
                _ = try connection.receiveMessages()
                _ = try connection.wait(upTo: Self.patience)
            }
            for object in topology.objects {
                status.report(
                    object.description, .presence, try trouble(of: object, on: &connection, &unbindable))
            }
        }
    }

    /// Nil where the object is there, or is again. `unbindable` are queues that this user may not bind.
    private func trouble(
        of object: Topology.Object, on connection: inout Connection, _ unbindable: inout Set<String>
    ) throws(AMQPError) -> String? {
        do throws(AMQPError) {
            do throws(AMQPError) { try check(object, on: &connection) } catch {
                guard error.objectTrouble == .missing, topology.mode == .declare else { throw error }
                do throws(Topology.Problem) { try topology.apply(object, to: &connection) } catch { throw error.cause }
                logger.notice("declared what was missing: \(object)")
            }
            guard topology.mode == .declare, case .queue(let queue) = object, let binding = queue.binding,
                !unbindable.contains(queue.name)
            else { return nil }
            do throws(AMQPError) {
                try connection.bindQueue(queue.name, to: binding.exchange, routingKey: binding.key)
            } catch {
                guard error.objectTrouble == .refused else { throw error }
                // Asked once: whether it is bound cannot be seen.
                unbindable.insert(queue.name)
            }
            return nil
        } catch {
            guard connection.isOpen, error.objectTrouble != nil else { throw error }
            return error.objectWords
        }
    }

    private func check(_ object: Topology.Object, on connection: inout Connection) throws(AMQPError) {
        switch object {
        case .exchange(let exchange): try connection.checkExchange(exchange.name)
        case .queue(let queue):
            let state = try connection.checkQueue(queue.name)
            if queue.part == .ingest {
                status.reportConsumers(of: object.description, others: state.consumerCount - 1)
            }
        }
    }
}
