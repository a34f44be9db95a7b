internal import AMQP

/// What became of an attempt to publish.
package enum DispatchResult: Sendable {
    /// It is on its way, under this number; under 0 where the connection broke in the middle.
    case published(UInt64)
    /// The broker takes nothing at the moment.
    case notSent
    /// A name or a property is longer than AMQP allows.
    case unfit
}

extension Connection {
    /// Publishes one after the other and tells what became of each; throws what ended the connection.
    mutating func publish(
        _ due: [OutboxDispatch], _ report: (UInt64, DispatchResult) -> Void
    ) throws(AMQPError) {
        for (place, dispatch) in due.enumerated() {
            do throws(AMQPError) {
                report(dispatch.id, .published(try publish(dispatch.message)))
            } catch {
                guard isOpen else {
                    report(dispatch.id, .published(0))
                    throw error
                }
                if error.kind == .invalidConfiguration {
                    report(dispatch.id, .unfit)
                    continue
                }
                for rest in due[place...] { report(rest.id, .notSent) }
                if !isBlocked { throw error }
                return
            }
        }
    }

    private mutating func publish(_ message: OutgoingMessage) throws(AMQPError) -> UInt64 {
        var properties = PublishProperties()
        properties.correlationID = message.correlationID
        properties.messageID = message.messageID
        properties.type = message.type
        properties.appID = message.appID
        properties.timestamp = message.timestamp
        return try publish(
            message.document, exchange: message.exchange, routingKey: message.routingKey, properties: properties,
            mandatory: message.isMandatory)
    }
}

extension Outbox {
    mutating func note(_ id: UInt64, _ result: DispatchResult, now: Instant = .now) {
        switch result {
        case .published(let sequence): published(id, as: sequence, now: now)
        case .notSent: takeBack(CollectionOfOne(id), now: now)
        case .unfit: cannotPublish(id)
        }
    }
}

extension AMQPError {
    /// An operator closed the connection, or the broker is going down: no message's fault.
    var isForced: Bool { brokerCode == 320 }
}
