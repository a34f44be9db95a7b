internal import AMQP
internal import Broker
internal import Logging
internal import Status
internal import Store
internal import MetricsCatalogue
internal import Threads

/// Turns over what lies at the desk: takes requests in, has them looked up, sends the answers, acknowledges.
///
/// The store is read on a thread of its own, so a disk that hangs holds up answers and costs no connection. Belongs to the thread that owns the
/// connection.
final class RequestHandler {
    /// The longest wait: a stop is seen within this time.
    private static let patience = Duration.milliseconds(200)
    /// How often the backlog is looked at while nobody asks.
    private static let idleGauge = Duration.seconds(5)

    private struct Errand {
        let question: UInt64
        let outcome: StoreErrand<String>
    }

    private let status: ReplyStatus
    private let logger: Logger
    private let store: any EventStore
    private let dimensions: @Sendable () -> [String]
    private let gauge: BacklogGauge
    private var desk: RequestDesk
    private var report = OutboxReport(.answers)
    private var thread: StoreThread?
    /// What is being looked up, whether the desk waits for it still or not.
    private var errand: Errand?
    private var reading = Retrying(longest: .seconds(5))
    private var takingSince = ContinuousClock.now

    init(
        _ store: any EventStore, dimensions: @escaping @Sendable () -> [String], prefetch: Int, _ status: ReplyStatus,
        topology: TopologyStatus, logger: Logger
    ) {
        self.dimensions = dimensions
        self.status = status
        self.logger = logger
        self.store = store
        gauge = BacklogGauge(status, topology: topology)
        desk = RequestDesk(prefetch: prefetch)
    }

    func beginConnection() {
        takingSince = .now
        gauge.forget()
    }

    func endConnection(_ error: AMQPError?) {
        desk.connectionEnded(isAccident: error?.isForced)
        gauge.forget()
        note()
    }

    /// Does what there is to do, and waits where there was nothing. False where another connection is wanted.
    func turn(_ connection: inout Connection) throws(AMQPError) -> Bool {
        var isIdle = true
        for message in try connection.receiveMessages() {
            isIdle = false
            take(message)
        }
        if try settle(&connection, waiting: 0) { isIdle = false }
        if try send(&connection) { isIdle = false }
        if takeAnswer() { isIdle = false }
        if try lookUp(&connection) { isIdle = false }
        note()
        guard isIdle else { return true }
        if connection.isBlocked { takingSince = .now }
        guard !desk.giveUpUnconfirmed(takingSince: takingSince) else { return false }
        _ = try gauge.read(&connection, atMost: Self.idleGauge)
        _ = try connection.wait(upTo: waitingTime(), orReadable: thread?.done.descriptor ?? -1)
        thread?.done.reset()
        return true
    }

    /// Gives confirms that are under way a moment, so that nothing is answered twice for want of it.
    func finish(_ connection: inout Connection) throws(AMQPError) {
        if desk.underWayCount > 0 { _ = try settle(&connection, waiting: 100) }
    }

    private func take(_ message: IncomingMessage) {
        let fault = desk.take(
            tag: message.tag, replyTo: message.replyTo, correlationID: message.correlationID, body: message.body,
            bodyBytes: message.bodyBytes, declared: dimensions())
        if let fault { logger.warning("dropped a request", metadata: ["error": "\(fault)"]) }
    }

    // MARK: The store

    /// Sends the next question to the store's thread, where that is free.
    private func lookUp(_ connection: inout Connection) throws(AMQPError) -> Bool {
        guard errand == nil, desk.isWaitingForStore, reading.isDue(), !connection.isBlocked else { return false }
        let store = try StoreThread.started(&thread, named: "metrics store", self.store)
        let backlogs = try gauge.read(&connection)
        guard let question = desk.takeQuestion() else { return false }
        let request = question.request
        let outcome = store.start { store throws(StoreError) in
            try store.read { reader throws(StoreError) in
                try reader.reply(to: request, now: wallClock(), backlogs: backlogs)
            }
        }
        errand = Errand(question: question.id, outcome: outcome)
        return true
    }

    private func takeAnswer() -> Bool {
        guard let errand, let result = errand.outcome.result else { return false }
        self.errand = nil
        switch result {
        case .success(let document):
            if reading.succeeded() { logger.notice("the metrics can be read again") }
            desk.answer(errand.question, with: document)
        case .failure(let error):
            reading.failed()
            logger.warning(
                "could not read the metrics; trying again", metadata: ["cause": "\(error.cause)", "error": "\(error)"])
            desk.answer(errand.question, with: nil)
        }
        return true
    }

    // MARK: The broker

    private func send(_ connection: inout Connection) throws(AMQPError) -> Bool {
        guard !connection.isBlocked else { return false }
        let due = desk.takeDue()
        try connection.publish(due) { desk.note($0, $1) }
        return !due.isEmpty
    }

    /// Takes what the broker says of answers, and acknowledges the requests that are settled.
    private func settle(_ connection: inout Connection, waiting milliseconds: Int32) throws(AMQPError) -> Bool {
        var outcomes: [PublishOutcome] = []
        try connection.takeOutcomes(waitingUpTo: milliseconds, into: &outcomes)
        for outcome in outcomes { desk.settle(outcome) }
        let settled = desk.takeSettled()
        for request in settled {
            switch request.fate {
            case .answered: status.countReply()
            case .refused: status.countReplyError()
            case .dropped: status.countDroppedRequest()
            }
            if request.fate != .dropped { status.change(.answers) { $0.sent += 1 } }
            try connection.acknowledge(request.tag, multiple: false)
        }
        if connection.isBlocked {
            status.note(.answers, trouble: "the broker takes nothing: \(connection.blockedReason ?? "")")
        } else if !outcomes.isEmpty {
            status.note(.answers, trouble: nil)
        }
        return !outcomes.isEmpty || !settled.isEmpty
    }

    /// Tells the status and the log what is owed and what was given up.
    private func note() {
        let losses = desk.takeLosses()
        report.add(losses)
        let (owed, oldest) = (desk.owedCount, desk.oldest)
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
        if let next = desk.nextDue(after: now) { end = min(end, next) }
        if errand == nil, desk.isWaitingForStore, let next = reading.nextAt, next > now { end = min(end, next) }
        return Int32(((end - now) / Duration.milliseconds(1)).rounded(.up))
    }
}
