internal import AMQP
internal import Events
internal import Ingest
internal import Logging
internal import Store
internal import TelemetryMetrics

/// The requests in hand and the replies that are owed; what ``RequestServer`` turns over on its thread.
final class RequestDesk {
    private struct Question {
        let tag: UInt64
        let replyTo: ShortText
        let correlationID: ShortText?
        let request: MetricRequest
    }

    private struct Reply {
        let tag: UInt64
        let replyTo: ShortText
        let correlationID: ShortText?
        let type: String
        let document: String
        /// Of a reply queue that is full and refuses.
        var refusals = 0
        var notBefore = ContinuousClock.now

        var isError: Bool { type == RequestDesk.errorType }
    }

    private static let errorType = "error"
    private static let listType = "metrics"
    /// A request for every metric there is has less than 2 KB.
    private static let maximumRequestBytes = 65_536
    /// The longest wait: a stop is seen within this time.
    private static let patience = Duration.milliseconds(200)
    private static let refusalPause = Duration.milliseconds(250)
    private static let refusalLimit = 5
    /// How often the backlog is looked at while nobody asks.
    private static let idleGauge = Duration.seconds(5)

    private let status: ReplyStatus
    private let logger: Logger
    private let source: MetricsSource
    private let gauge: BacklogGauge
    /// Oldest first.
    private var questions: [Question] = []
    private var outbox: [Reply] = []
    private var unconfirmed: [UInt64: Reply] = [:]

    init(_ store: StoreLocation, _ status: ReplyStatus, logger: Logger) {
        self.status = status
        self.logger = logger
        source = MetricsSource(store, logger: logger)
        gauge = BacklogGauge(status)
    }

    /// Delivery tags died with the last connection; everything unacknowledged comes again.
    func beginConnection() {
        questions.removeAll()
        outbox.removeAll()
        unconfirmed.removeAll()
        gauge.forget()
    }

    /// Takes in what has come, answers at most one request, and waits where there was nothing to do.
    func turn(_ connection: inout Connection) throws(AMQPError) {
        var isIdle = true
        for message in try connection.receiveMessages() {
            isIdle = false
            try take(message, &connection)
        }
        if try settle(&connection, waiting: 0) { isIdle = false }
        if try send(&connection) { isIdle = false }
        if try answerOne(&connection) { isIdle = false }
        guard isIdle else { return }
        _ = try gauge.read(&connection, atMost: Self.idleGauge)
        _ = try connection.wait(upTo: waitingTime())
    }

    /// Gives confirms that are under way a moment, so that nothing is answered twice for want of it.
    func finish(_ connection: inout Connection) throws(AMQPError) {
        if !unconfirmed.isEmpty { _ = try settle(&connection, waiting: 100) }
    }

    private func take(_ message: IncomingMessage, _ connection: inout Connection) throws(AMQPError) {
        guard let replyTo = message.replyTo, !replyTo.bytes.isEmpty else {
            logger.warning(
                "dropped a request", metadata: ["error": "it has no reply_to, so nobody would get the answer"])
            status.countDroppedRequest()
            return try connection.acknowledge(message.tag, multiple: false)
        }
        do throws(MetricRequestError) {
            guard message.body.count <= Self.maximumRequestBytes else {
                throw MetricRequestError(
                    .invalidRequest,
                    "the request has \(message.body.count) bytes, more than \(Self.maximumRequestBytes)")
            }
            questions.append(
                Question(
                    tag: message.tag, replyTo: replyTo, correlationID: message.correlationID,
                    request: try MetricRequest.parse(message.body)))
        } catch {
            outbox.append(
                Reply(
                    tag: message.tag, replyTo: replyTo, correlationID: message.correlationID, type: Self.errorType,
                    document: error.json))
        }
    }

    /// One at a time, so that what is computed can be sent before the next is begun.
    private func answerOne(_ connection: inout Connection) throws(AMQPError) -> Bool {
        guard !connection.isBlocked, let question = questions.first, ContinuousClock.now >= source.readyAt else {
            return false
        }
        let backlog = try gauge.read(&connection)
        questions.removeFirst()
        let document = source.readPatiently { reader throws(StoreError) in
            try reader.reply(to: question.request, now: wallClock(), backlog: backlog)
        }
        guard let document else {
            // Behind the others: a trouble of this one alone must not hold them up.
            questions.append(question)
            return true
        }
        let type = question.request.isList ? Self.listType : question.request.metrics[0].name
        outbox.append(
            Reply(
                tag: question.tag, replyTo: question.replyTo, correlationID: question.correlationID, type: type,
                document: document))
        return true
    }

    private func send(_ connection: inout Connection) throws(AMQPError) -> Bool {
        let now = ContinuousClock.now
        let due = outbox.filter { $0.notBefore <= now }
        guard !due.isEmpty, !connection.isBlocked else { return false }
        outbox.removeAll { $0.notBefore <= now }
        for (place, reply) in due.enumerated() {
            do throws(AMQPError) { unconfirmed[try publish(reply, on: &connection)] = reply } catch {
                guard connection.isOpen, connection.isBlocked else { throw error }
                outbox.insert(contentsOf: due[place...], at: 0)
                break
            }
        }
        return true
    }

    private func publish(_ reply: Reply, on connection: inout Connection) throws(AMQPError) -> UInt64 {
        var properties = PublishProperties()
        properties.correlationID = reply.correlationID
        properties.type = reply.type
        properties.timestamp = UInt64(max(0, wallClock() / 1_000_000))
        // RabbitMQ returns mandatory messages to its direct reply-to although it delivers them.
        let isDirect = reply.replyTo.bytes.starts(with: "amq.rabbitmq.reply-to".utf8)
        return try connection.publish(
            reply.document, exchange: "", routingKey: reply.replyTo, properties: properties, mandatory: !isDirect)
    }

    /// Acknowledges the requests whose replies have arrived somewhere, or can arrive nowhere.
    private func settle(_ connection: inout Connection, waiting milliseconds: Int32) throws(AMQPError) -> Bool {
        var outcomes: [PublishOutcome] = []
        try connection.takeOutcomes(waitingUpTo: milliseconds, into: &outcomes)
        for outcome in outcomes {
            guard var reply = unconfirmed.removeValue(forKey: outcome.sequence) else { continue }
            switch outcome {
            case .confirmed:
                if reply.isError { status.countReplyError() } else { status.countReply() }
            case .returned:
                logger.debug("nobody waits for a reply", metadata: ["reply_to": "\(reply.replyTo)"])
                status.countDroppedRequest()
            case .rejected:
                reply.refusals += 1
                guard reply.refusals >= Self.refusalLimit else {
                    reply.notBefore = ContinuousClock.now + Self.refusalPause
                    outbox.append(reply)
                    continue
                }
                logger.warning("dropped a reply", metadata: ["error": "the queue \(reply.replyTo) refuses it"])
                status.countDroppedRequest()
            }
            try connection.acknowledge(reply.tag, multiple: false)
        }
        return !outcomes.isEmpty
    }

    private func waitingTime() -> Int32 {
        let now = ContinuousClock.now
        var end = now + Self.patience
        if let next = outbox.lazy.map(\.notBefore).min(), next > now { end = min(end, next) }
        if !questions.isEmpty, source.readyAt > now { end = min(end, source.readyAt) }
        return Int32(((end - now) / Duration.milliseconds(1)).rounded(.up))
    }
}
