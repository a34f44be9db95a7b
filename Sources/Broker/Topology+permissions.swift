package import AMQP
internal import Events

extension Topology {
    /// What the daemon's user must be allowed to do at the broker for this topology. Only looking takes no permission.
    package var permissions: [Permission] {
        var permissions: [Permission] = mode == .declare ? objects.map(\.configuring) : []
        if isExclusive { permissions.append(.configureQueue(Self.lockQueue)) }
        if mode == .declare {
            for queue in queues {
                guard let binding = queue.binding else { continue }
                permissions.append(.bind(queue: queue.name, exchange: binding.exchange))
            }
        }
        permissions += IngestQueue.allCases.map { .consume(queue: $0.name) }
        // Receipts and replies go through the default exchange.
        return permissions + [
            .consume(queue: Self.requestsQueue), .publish(exchange: ""), .publish(exchange: Self.aggregatesExchange),
            .publish(exchange: Self.rejectionsExchange),
        ]
    }

    /// Those without which nobody is told of rejections, and all else goes on.
    package static let optionalPermissions: [Permission] = [
        .configureExchange(rejectionsExchange), .publish(exchange: rejectionsExchange),
    ]
}

extension Topology.Object {
    /// What making it takes, and comparing its properties.
    package var configuring: Permission {
        switch self {
        case .exchange(let exchange): .configureExchange(exchange.name)
        case .queue(let queue): .configureQueue(queue.name)
        }
    }
}
