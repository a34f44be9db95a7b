/// Why something with the broker failed; reads "could not <do what>: <why>".
package struct AMQPError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// A URL, a file or an argument is unusable.
        case invalidConfiguration
        /// No such name, nothing listens, or no answer.
        case unreachable
        /// No agreement on a secure connection; the text names the cause.
        case tls
        /// 403, or a virtual host that is missing or closed to this user (530).
        case accessRefused
        case notFound
        /// Something exists with other properties than those asked for.
        case preconditionFailed
        /// The broker closed the channel or the connection for another reason.
        case closedByBroker
        /// The queue was deleted or moved; the connection lives on, without this consumer.
        case consumerCancelled
        case messageTooLarge
        /// The peer does not speak AMQP 0-9-1 as agreed.
        case protocolViolation
        /// A limit of ours ran out; the connection was cut.
        case timedOut
        /// The connection broke, or heartbeats stayed away.
        case lost
    }

    package var kind: Kind
    /// "declare the queue x": what goes behind "could not".
    package var attempted: String
    package var reason: String
    /// Trying again without a change by people will not help.
    package var isPermanent: Bool
    /// AMQP's reply code and text, where the broker gave them.
    package var brokerCode: UInt16?
    package var brokerText: String?

    package var isRetriable: Bool { !isPermanent }

    package var description: String { "could not \(attempted): \(reason)" }

    /// The cause in a few words, for a line of status: "connection refused at rabbit.example:5672".
    package var summary: String { brief ?? description }
    var brief: String?

    init(
        _ kind: Kind, doing attempted: String, _ reason: String, isPermanent: Bool = false, brokerCode: UInt16? = nil,
        brokerText: String? = nil
    ) {
        self.kind = kind
        self.attempted = attempted
        self.reason = reason
        self.isPermanent = isPermanent
        self.brokerCode = brokerCode
        self.brokerText = brokerText
    }
}
