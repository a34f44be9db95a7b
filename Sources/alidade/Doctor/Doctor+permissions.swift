internal import AMQP
internal import Broker

extension Doctor {
    /// Every permission that the daemon uses, tried without a trace. True where everything may be configured, which is also what
    /// comparing arguments takes.
    mutating func checkPermissions(_ connection: inout Connection, _ visit: BrokerVisit) -> Bool {
        let check = "permissions"
        let broker = connection.broker
        var missing: [String] = []
        // Without which all but one work goes on.
        var lacking: [String] = []
        var mayConfigure = true
        // Comparing takes to be allowed to configure, also where the daemon itself only looks.
        let comparing = visit.topology.objects.map(\.configuring)
        let needed = visit.topology.permissions
        do throws(AMQPError) {
            for permission in comparing + needed.filter({ !comparing.contains($0) }) {
                guard let refusal = try connection.refusal(of: permission) else { continue }
                let isOptional = Topology.optionalPermissions.contains(permission)
                if comparing.contains(permission), !isOptional { mayConfigure = false }
                guard needed.contains(permission) else { continue }
                let words = permission.words(refusal)
                if isOptional { lacking.append(words) } else { missing.append(words) }
            }
        } catch {
            add(.problem(check, error.description, remedy: "look at the broker's log"))
            return false
        }
        guard !missing.isEmpty || !lacking.isEmpty else {
            let isChecking = visit.topology.mode == .check
            add(.ok(check, isChecking ? "write and read as needed" : "configure, write and read as needed"))
            return mayConfigure
        }
        let lock = visit.topology.isExclusive ? [Topology.lockQueue] : []
        let names = (visit.topology.exchanges.map(\.name) + lock + visit.topology.queues.map(\.name)).joined(
            separator: "|"
        )
        .replacing(".", with: "\\.")
        let user = visit.user(at: broker) ?? "USER"
        let remedy =
            "rabbitmqctl set_permissions -p '\(broker.virtualHost)' '\(user)' '^(\(names))$' "
            + "'^(\(names)|amq\\.default)$' '^(\(names))$'"
        let finding = "missing: " + (missing + lacking).joined(separator: "; ")
        if missing.isEmpty {
            add(.warning(check, "\(finding): nobody is told of rejections, all else goes on", remedy: remedy))
        } else {
            add(.problem(check, finding, remedy: remedy))
        }
        return mayConfigure
    }
}

extension Permission {
    /// "read on the queue x": which of the broker's three permissions is missing, and on what.
    fileprivate func words(_ refusal: AMQPError) -> String {
        switch self {
        case .configureExchange(let name): return "configure on the exchange \(name)"
        case .configureQueue(let name): return "configure on the queue \(name)"
        case .bind(let queue, let exchange):
            let isExchange = refusal.brokerText?.contains("to exchange") == true
            return isExchange ? "read on the exchange \(exchange) (to bind)" : "write on the queue \(queue) (to bind)"
        case .consume(let queue): return "read on the queue \(queue)"
        case .publish(let exchange): return "write on the exchange \(exchange.isEmpty ? "amq.default" : exchange)"
        }
    }
}
