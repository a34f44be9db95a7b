internal import Broker
package import Events

/// What is to be published: a receipt, the answer to a request, a publication, what is told of a quarantined message.
package struct OutgoingMessage: Sendable, Equatable {
    /// The default one for replies.
    package var exchange = ""
    package var routingKey: ShortText
    package var correlationID: ShortText?
    package var messageID: ShortText?
    package var type: String
    package var appID: String?
    /// Seconds since the epoch.
    package var timestamp: UInt64?
    /// Whether the broker gives back what no queue wants.
    package var isMandatory: Bool
    private var content: Content

    private enum Content: Equatable {
        case document(String)
        /// Put into words when it is sent, on the thread that sends it.
        case notice(RejectionNotice)
    }

    /// A reply, with the very bytes that were asked for.
    package init(replyTo: ShortText, correlationID: ShortText?, type: String, document: String) {
        routingKey = replyTo
        self.correlationID = correlationID
        self.type = type
        content = .document(document)
        // RabbitMQ gives back mandatory messages to its direct reply-to although it delivers them.
        isMandatory = !replyTo.bytes.starts(with: Self.directReplyTo)
    }

    package init(exchange: String, routingKey: ShortText, type: String, document: String) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.type = type
        content = .document(document)
        isMandatory = false
    }

    /// Not mandatory: usually nobody wants it.
    package init(_ notice: RejectionNotice) {
        exchange = Topology.rejectionsExchange
        routingKey = ShortText(Topology.rejectionsKey(queue: notice.queue.name, reason: notice.reason.rawValue))
        messageID = ShortText(notice.messageID)
        type = RejectionNotice.type
        appID = RejectionNotice.appID
        timestamp = UInt64(max(0, notice.receivedAt / 1_000_000))
        content = .notice(notice)
        isMandatory = false
    }

    /// JSON.
    package var document: String {
        switch content {
        case .document(let document): document
        case .notice(let notice): notice.document
        }
    }

    /// About what it takes in memory.
    var cost: Int {
        switch content {
        case .document(let document):
            document.utf8.count + routingKey.bytes.count + (correlationID?.bytes.count ?? 0) + 256
        case .notice(let notice): notice.cost
        }
    }

    var isToOwnQueue: Bool { exchange.isEmpty && Self.ownQueues.contains(routingKey) }

    /// Those that the daemon consumes, and the lock, which nobody reads.
    private static let ownQueues: Set<ShortText> = Set(
        (IngestQueue.allCases.map(\.name) + [Topology.requestsQueue, Topology.lockQueue]).map { ShortText($0) })
    private static let directReplyTo = Array("amq.rabbitmq.reply-to.".utf8)
}
