internal import AMQP
internal import Events
internal import Ingest
internal import Logging
internal import Store
internal import TelemetryMetrics

/// The requests in hand and the answers that are owed; what ``RequestServer`` turns over on its thread.
///
/// A request that cannot be answered costs its own answer, after some tries. What was learnt about it outlives the connection, because it
/// comes again with the next one.
final class RequestDesk {
    /// What tells requests apart when they come again.
    private struct Key: Hashable {
        let replyTo: ShortText
        let correlationID: ShortText?
        let body: Int
    }

    private struct Ticket {
        let tag: UInt64
        let key: Key
        let isError: Bool
    }

    private struct Question {
        let tag: UInt64
        let key: Key
        let request: MetricRequest
        let arrivedAt: ContinuousClock.Instant
    }

    private static let errorType = "error"
    private static let listType = "metrics"
    /// A request for every metric there is has less than 2 KB.
    private static let maximumRequestBytes = 65_536
    /// Of answers that are computed and not sent: beyond it no other is computed.
    private static let maximumAnswerBytes = 16 << 20
    /// Requests of an earlier connection of which something is remembered.
    private static let maximumKnown = 1000
    /// The longest wait: a stop is seen within this time.
    private static let patience = Duration.milliseconds(200)
    /// How often the backlog is looked at while nobody asks.
    private static let idleGauge = Duration.seconds(5)

    private let status: ReplyStatus
    private let logger: Logger
    private let source: MetricsSource
    private let gauge: BacklogGauge
    /// Oldest first.
    private var questions: [Question] = []
    private var outbox: Outbox<Ticket>
    private var report = OutboxReport(.answers)
    private var known: [Key: Outbox<Ticket>.History] = [:]
    private var takingSince = ContinuousClock.now

    /// At most half of the `prefetch` requests in hand wait for another try.
    init(_ store: StoreLocation, prefetch: Int, _ status: ReplyStatus, topology: TopologyStatus, logger: Logger) {
        self.status = status
        self.logger = logger
        source = MetricsSource(store, logger: logger)
        gauge = BacklogGauge(status, topology: topology)
        var limits = OutboxLimits()
        limits.late = prefetch / 2
        // Nobody else is held up by what waits here.
        limits.patience = .seconds(60)
        outbox = Outbox(limits)
    }

    func beginConnection() {
        takingSince = .now
        gauge.forget()
    }

    /// Delivery tags die with the connection; everything unacknowledged comes again, and what is known of it is kept until then.
    func endConnection(_ error: AMQPError?) {
        if let error { outbox.connectionBroke(isAccident: error.isForced) }
        if known.count > Self.maximumKnown { known.removeAll() }
        for (ticket, history) in outbox.abandon() { known[ticket.key] = history }
        for settled in outbox.takeSettled() where settled.cause != nil {
            known[settled.ticket.key] = Outbox<Ticket>.History(tries: outbox.limits.tries, isSuspect: true)
        }
        questions.removeAll()
        note()
    }

    /// Takes in what has come, answers at most one request, and waits where there was nothing to do. False where another connection is
    /// wanted.
    func turn(_ connection: inout Connection) throws(AMQPError) -> Bool {
        var isIdle = true
        for message in try connection.receiveMessages() {
            isIdle = false
            try take(message, &connection)
        }
        if try settle(&connection, waiting: 0) { isIdle = false }
        if try send(&connection) { isIdle = false }
        if try answerOne(&connection) { isIdle = false }
        note()
        guard isIdle else { return true }
        if connection.isBlocked { takingSince = .now }
        guard !outbox.giveUpUnconfirmed(takingSince: takingSince) else { return false }
        _ = try gauge.read(&connection, atMost: Self.idleGauge)
        _ = try connection.wait(upTo: waitingTime())
        return true
    }

    /// Gives confirms that are under way a moment, so that nothing is answered twice for want of it.
    func finish(_ connection: inout Connection) throws(AMQPError) {
        if outbox.underWayCount > 0 { _ = try settle(&connection, waiting: 100) }
    }

    private func take(_ message: IncomingMessage, _ connection: inout Connection) throws(AMQPError) {
        var hasher = Hasher()
        message.body.withUnsafeBytes { hasher.combine(bytes: $0) }
        let key = Key(
            replyTo: message.replyTo ?? "", correlationID: message.correlationID, body: hasher.finalize())
        guard !key.replyTo.bytes.isEmpty else {
            logger.warning(
                "dropped a request", metadata: ["error": "it has no reply_to, so nobody would get the answer"])
            return outbox.refuse(
                reply(to: key, type: Self.errorType, ""), for: Ticket(tag: message.tag, key: key, isError: true),
                because: .noQueue)
        }
        if let history = known[key], history.tries >= outbox.limits.tries {
            // Given up when the last connection broke.
            known[key] = nil
            status.countDroppedRequest()
            return try connection.acknowledge(message.tag, multiple: false)
        }
        do throws(MetricRequestError) {
            guard message.bodyBytes <= Self.maximumRequestBytes else {
                throw MetricRequestError(
                    .invalidRequest,
                    "the request has \(message.bodyBytes) bytes, more than \(Self.maximumRequestBytes)")
            }
            questions.append(
                Question(
                    tag: message.tag, key: key, request: try MetricRequest.parse(message.body), arrivedAt: .now))
        } catch {
            owe(error.json, type: Self.errorType, to: key, tag: message.tag)
        }
    }

    private func owe(_ document: String, type: String, to key: Key, tag: UInt64) {
        let ticket = Ticket(tag: tag, key: key, isError: type == Self.errorType)
        outbox.add(
            reply(to: key, type: type, document), for: ticket,
            history: known.removeValue(forKey: key) ?? Outbox<Ticket>.History())
    }

    private func reply(to key: Key, type: String, _ document: String) -> OutgoingMessage {
        var message = OutgoingMessage(
            replyTo: key.replyTo, correlationID: key.correlationID, type: type, document: document)
        message.timestamp = UInt64(max(0, wallClock() / 1_000_000))
        return message
    }

    /// One at a time, so that what is computed can be sent before the next is begun.
    private func answerOne(_ connection: inout Connection) throws(AMQPError) -> Bool {
        guard let question = questions.first else { return false }
        guard ContinuousClock.now - question.arrivedAt < outbox.limits.age else {
            questions.removeFirst()
            outbox.refuse(
                reply(to: question.key, type: Self.errorType, ""),
                for: Ticket(tag: question.tag, key: question.key, isError: true), because: .expired)
            return true
        }
        guard !connection.isBlocked, outbox.bytes < Self.maximumAnswerBytes, ContinuousClock.now >= source.readyAt
        else { return false }
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
        owe(document, type: type, to: question.key, tag: question.tag)
        return true
    }

    private func send(_ connection: inout Connection) throws(AMQPError) -> Bool {
        guard !connection.isBlocked else { return false }
        let due = outbox.takeDue()
        try connection.publish(due) { outbox.note($0, $1) }
        return !due.isEmpty
    }

    /// Acknowledges the requests whose answers have arrived somewhere, or are given up.
    private func settle(_ connection: inout Connection, waiting milliseconds: Int32) throws(AMQPError) -> Bool {
        var outcomes: [PublishOutcome] = []
        try connection.takeOutcomes(waitingUpTo: milliseconds, into: &outcomes)
        for outcome in outcomes { outbox.settle(outcome) }
        outbox.keepWithinLimits()
        for settled in outbox.takeSettled() {
            if settled.cause != nil {
                status.countDroppedRequest()
            } else {
                if settled.ticket.isError { status.countReplyError() } else { status.countReply() }
                status.change(.answers) { $0.sent += 1 }
            }
            try connection.acknowledge(settled.ticket.tag, multiple: false)
        }
        if connection.isBlocked {
            status.note(.answers, trouble: "the broker takes nothing: \(connection.blockedReason ?? "")")
        } else if !outcomes.isEmpty {
            status.note(.answers, trouble: nil)
        }
        return !outcomes.isEmpty
    }

    /// Tells the status and the log what is owed and what was given up.
    private func note() {
        let losses = outbox.takeLosses()
        report.add(losses)
        let owed = questions.count + outbox.count
        let oldest = [questions.map(\.arrivedAt).min(), outbox.oldest].compactMap(\.self).min()
        status.change(.answers) { traffic in
            traffic.owed = owed
            traffic.oldest = oldest
            for (cause, loss) in losses { traffic.dropped[cause, default: 0] += loss.count }
        }
        logger.say(report.takeNotices(owed: owed, oldest: oldest, trouble: status[.answers].trouble?.text))
    }

    private func waitingTime() -> Int32 {
        let now = ContinuousClock.now
        var end = now + Self.patience
        if let next = outbox.nextDue(after: now) { end = min(end, next) }
        if !questions.isEmpty, source.readyAt > now { end = min(end, source.readyAt) }
        return Int32(((end - now) / Duration.milliseconds(1)).rounded(.up))
    }
}
