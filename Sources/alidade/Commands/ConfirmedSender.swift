internal import AMQP
internal import Events

/// Publishes with a window of outstanding confirms, and makes an error of everything that is not confirmed.
struct ConfirmedSender: ~Copyable {
    private static let window = 2000

    private var connection: Connection
    private let exchange: String
    private var outcomes: [PublishOutcome] = []
    private(set) var confirmed = 0

    init(_ connection: consuming Connection, exchange: String) throws(AMQPError) {
        self.connection = connection
        self.exchange = exchange
        try self.connection.enableConfirms()
    }

    /// Publishes one body, waiting where too many confirms are outstanding.
    mutating func send(_ body: UnsafeRawBufferPointer, routingKey: ShortText) throws {
        while connection.unconfirmedCount >= Self.window || connection.isBlocked { try takeConfirms(waitingUpTo: 200) }
        if connection.unconfirmedCount % 100 == 0 { try takeConfirms(waitingUpTo: 0) }
        _ = try connection.publish(
            body, exchange: exchange, routingKey: routingKey, properties: PublishProperties(), mandatory: true)
    }

    /// Waits for the confirms that are still out and closes the connection.
    mutating func finish() throws {
        while connection.unconfirmedCount > 0 { try takeConfirms(waitingUpTo: 200) }
    }

    private mutating func takeConfirms(waitingUpTo milliseconds: Int32) throws {
        outcomes.removeAll(keepingCapacity: true)
        try connection.takeOutcomes(waitingUpTo: milliseconds, into: &outcomes)
        for outcome in outcomes {
            switch outcome {
            case .confirmed: confirmed += 1
            case .returned(_, let code, let text):
                throw ExitStatus.failed.error(
                    "no queue takes the message (\(code) \(text)): run `alidade topology declare` first")
            case .rejected:
                throw ExitStatus.failed.error("the broker refuses the message: a queue is full")
            }
        }
    }
}
