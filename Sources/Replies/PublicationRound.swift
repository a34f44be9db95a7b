internal import AMQP
internal import Broker
internal import Events
internal import Logging
internal import Status
internal import Store
internal import MetricsCatalogue
internal import Threads

/// One round of publications after the other: compute, claim the revisions of what changed, publish, note what was confirmed.
///
/// Belongs to the publishing thread.
final class PublicationRound {
    /// Turns of waiting for a store that is locked, each as long as the ledger's patience.
    private static let attempts = 10
    private static let confirmLimit = Duration.seconds(10)
    /// After a stop was requested.
    private static let farewell = Duration.milliseconds(200)

    private let status: ReplyStatus
    private let logger: Logger
    private let store: any EventStore
    private let gauge: BacklogGauge
    private var desk = PublicationDesk()
    private var report = OutboxReport(.publications)
    private var thread: StoreThread?
    private var takingSince = ContinuousClock.now
    /// Of this round.
    private var isClean = true
    /// Since a round that was not clean.
    private var isInTrouble = false

    init(_ store: any EventStore, _ status: ReplyStatus, topology: TopologyStatus, logger: Logger) {
        self.status = status
        self.logger = logger
        self.store = store
        gauge = BacklogGauge(status, topology: topology)
    }

    func beginConnection() { takingSince = .now }

    /// What was under way may have arrived or not; it is published again.
    func connectionBroke(_ error: AMQPError) {
        desk.connectionBroke(isAccident: error.isForced)
        gauge.forget()
        note()
    }

    /// Throws what ends the connection. What is wrong with the store is said, and left to the next round.
    func run(on connection: inout Connection, windows: [Int], until stop: StopSignal) throws(AMQPError) {
        isClean = true
        desk.beginRound(windows: windows)
        let backlogs = try gauge.read(&connection)
        let draft = PublicationDraft(windows: windows, now: wallClock(), backlogs: backlogs)
        let prepared = try aside(on: &connection, until: stop) { store throws(StoreError) in try draft.prepare(store) }
        guard let (work, failure) = prepared else { return }
        if let failure { say(failure) }
        try publish(work, on: &connection, until: stop)
        try noteConfirmed(on: &connection, until: stop)
        guard isClean, isInTrouble else { return }
        logger.notice("publishing all aggregates again")
        isInTrouble = false
    }

    /// Uses the store on a thread of its own: however long the disk takes, the connection gets its heartbeats. Tries again while another
    /// process, or a batch, holds the store's lock. Nil where it did not succeed, which is said, or a stop was requested meanwhile.
    private func aside<Value: Sendable>(
        on connection: inout Connection, until stop: StopSignal,
        _ body: @escaping @Sendable (StoreAccess) throws(StoreError) -> Value
    ) throws(AMQPError) -> Value? {
        let store = try StoreThread.started(&thread, named: "ledger", self.store)
        for attempt in 1...Self.attempts {
            let errand = store.start(body)
            var stopLimit: ContinuousClock.Instant?
            while errand.result == nil {
                let now = ContinuousClock.now
                if stop.isRequested, stopLimit == nil { stopLimit = now + Self.farewell }
                if let stopLimit, now >= stopLimit { return nil }
                try takeOutcomes(&connection, waiting: 10)
            }
            switch errand.result {
            case nil: continue
            case .success(let value)?: return value
            case .failure(let error)?:
                if error.kind == .busy, attempt < Self.attempts, !stop.isRequested { continue }
                say(error)
                return nil
            }
        }
        return nil
    }

    private func publish(
        _ work: [PublicationDraft.Work], on connection: inout Connection, until stop: StopSignal
    ) throws(AMQPError) {
        desk.add(work.map { ($0.publication, message($0.answer, as: $0.publication)) })
        let limit = ContinuousClock.now + Self.confirmLimit
        var stopLimit: ContinuousClock.Instant?
        while desk.owedCount > 0, !connection.isBlocked {
            let now = ContinuousClock.now
            if stop.isRequested, stopLimit == nil { stopLimit = now + Self.farewell }
            guard now < min(limit, stopLimit ?? limit) else { break }
            try turn(&connection, waiting: 100)
        }
    }

    /// Sends what is due, takes and notes what the broker has confirmed since the round; keeps the connection alive. False where another
    /// connection is wanted.
    func settle(_ connection: inout Connection, until stop: StopSignal) throws(AMQPError) -> Bool {
        try turn(&connection, waiting: 0)
        try noteConfirmed(on: &connection, until: stop)
        if connection.isBlocked { takingSince = .now }
        return !desk.giveUpUnconfirmed(takingSince: takingSince)
    }

    private func turn(_ connection: inout Connection, waiting milliseconds: Int32) throws(AMQPError) {
        if !connection.isBlocked {
            try connection.publish(desk.takeDue()) { desk.note($0, $1) }
        }
        try takeOutcomes(&connection, waiting: milliseconds)
    }

    private func takeOutcomes(_ connection: inout Connection, waiting milliseconds: Int32) throws(AMQPError) {
        var outcomes: [PublishOutcome] = []
        try connection.takeOutcomes(waitingUpTo: milliseconds, into: &outcomes)
        desk.settle(outcomes)
        if connection.isBlocked {
            status.note(.publications, trouble: "the broker takes nothing: \(connection.blockedReason ?? "")")
        } else if !outcomes.isEmpty {
            status.note(.publications, trouble: nil)
        }
        note()
    }

    /// Tells the status and the log what is owed and what was given up.
    private func note() {
        let losses = desk.takeLosses()
        report.add(losses)
        status.countPublicationFailures(losses.values.reduce(0) { $0 + $1.count })
        let (owed, oldest, refused) = (desk.owedCount, desk.oldest, desk.refusedCount)
        status.change(.publications) { traffic in
            traffic.owed = owed
            traffic.oldest = oldest
            traffic.refused = refused == 0 ? nil : (refused, traffic.refused?.since ?? .now)
            for (cause, loss) in losses { traffic.dropped[cause, default: 0] += loss.count }
        }
        logger.say(report.takeNotices(owed: owed, oldest: oldest, trouble: status[.publications].trouble?.text))
    }

    /// What cannot be noted is published once more, under the same revision.
    private func noteConfirmed(on connection: inout Connection, until stop: StopSignal) throws(AMQPError) {
        let done = desk.takeConfirmed()
        guard !done.isEmpty else { return }
        status.countPublications(done.count)
        status.change(.publications) { $0.sent += done.count }
        _ = try aside(on: &connection, until: stop) { store throws(StoreError) in try store.ledger.confirm(done) }
    }

    private func message(
        _ answer: MetricAnswer, as publication: Publication
    ) -> OutgoingMessage {
        let (metric, days) = (publication.metric, publication.days)
        // Not mandatory: whoever unbound the queue wants none of them.
        var message = OutgoingMessage(
            exchange: Topology.aggregatesExchange,
            routingKey: ShortText(Topology.aggregatesKey(metric: metric, days: "\(days)")), type: metric,
            document: answer.json(revision: publication.revision, isUnchanged: publication.isUnchanged))
        message.messageID = ShortText("\(answer.state.storeID)/\(metric)/\(days)d/\(publication.revision)")
        message.appID = RejectionNotice.appID
        message.timestamp = UInt64(max(0, answer.asOf / 1_000_000))
        return message
    }

    private func say(_ error: StoreError) {
        isClean = false
        isInTrouble = true
        logger.warning(
            "could not publish all aggregates; trying again with the next round",
            metadata: ["cause": "\(error.cause)", "error": "\(error)"])
    }
}
