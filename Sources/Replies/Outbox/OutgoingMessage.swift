internal import Broker
package import Events

/// What is to be published: a receipt, the answer to a request, a publication.
package struct OutgoingMessage: Sendable, Equatable {
    /// The default one for replies.
    package var exchange = ""
    package var routingKey: ShortText
    package var correlationID: ShortText?
    package var messageID: ShortText?
    package var type: String
    /// Seconds since the epoch.
    package var timestamp: UInt64?
    /// Whether the broker gives back what no queue wants.
    package var isMandatory: Bool
    /// JSON.
    package var document: String

    /// A reply, with the very bytes that were asked for.
    package init(replyTo: ShortText, correlationID: ShortText?, type: String, document: String) {
        routingKey = replyTo
        self.correlationID = correlationID
        self.type = type
        self.document = document
        // RabbitMQ gives back mandatory messages to its direct reply-to although it delivers them.
        isMandatory = !replyTo.bytes.starts(with: Self.directReplyTo)
    }

    package init(exchange: String, routingKey: ShortText, type: String, document: String) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.type = type
        self.document = document
        isMandatory = false
    }

    /// About what it takes in memory.
    var cost: Int { document.utf8.count + routingKey.bytes.count + (correlationID?.bytes.count ?? 0) + 256 }

    var isToOwnQueue: Bool { exchange.isEmpty && Self.ownQueues.contains(routingKey) }

    /// Those that the daemon consumes, and the lock, which nobody reads.
    private static let ownQueues: Set<ShortText> = Set(
        (IngestQueue.allCases.map(\.name) + [Topology.requestsQueue, Topology.lockQueue]).map { ShortText($0) })
    private static let directReplyTo = Array("amq.rabbitmq.reply-to.".utf8)
}
