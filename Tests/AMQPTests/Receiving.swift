import AMQP
import Events
import Testing

/// Quick limits: the tests wait for them.
func quickOptions(_ url: BrokerURL) -> ConnectionOptions {
    var options = ConnectionOptions(url: url)
    options.heartbeatSeconds = 5
    options.connectTimeout = .seconds(2)
    options.callTimeout = .seconds(2)
    options.stallTimeout = .seconds(1)
    return options
}

extension Connection {
    /// Receives until `count` messages are in the batch; gives up after `limit`.
    mutating func receive(
        _ count: Int, into batch: DeliveryBatch, within limit: Duration = .seconds(10)
    ) throws(AMQPError) {
        let deadline = ContinuousClock.now + limit
        while batch.count < count, ContinuousClock.now < deadline {
            if try receive(into: batch, limit: count - batch.count, now: 1) == 0 { _ = try wait(upTo: 50) }
        }
    }

    /// Collects outcomes until there are `count`; gives up after `limit`.
    mutating func outcomes(_ count: Int, within limit: Duration = .seconds(10)) throws(AMQPError) -> [PublishOutcome] {
        var outcomes: [PublishOutcome] = []
        let deadline = ContinuousClock.now + limit
        while outcomes.count < count, ContinuousClock.now < deadline {
            try takeOutcomes(waitingUpTo: 50, into: &outcomes)
        }
        return outcomes
    }
}

extension DeliveryBatch {
    func bodyText(_ index: Int) -> String { bytes.text(deliveries[index].body) }
}
