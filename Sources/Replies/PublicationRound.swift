internal import AMQP
internal import Events
internal import Ingest
internal import Logging
internal import Store
internal import TelemetryMetrics

/// One round of publications after the other: compute, claim the revisions of what changed, publish, note what was confirmed.
///
/// Belongs to the publishing thread.
final class PublicationRound {
    /// Turns of waiting for a store that is locked, each as long as the ledger's patience.
    private static let attempts = 10
    private static let confirmLimit = Duration.seconds(10)
    /// After a stop was requested.
    private static let farewell = Duration.milliseconds(200)

    /// For how long one is left out that breaks the connection again and again.
    private static let rest = Duration.seconds(600)

    private struct Suspect {
        var tries = 0
        var notBefore = ContinuousClock.now
    }

    private struct Series: Hashable {
        let metric: String
        let days: Int

        init(_ publication: PublicationLedger.Publication) {
            metric = publication.metric
            days = publication.days
        }
    }

    private let status: ReplyStatus
    private let logger: Logger
    private let store: StoreLocation
    private let ledger: PublicationLedger
    private let gauge: BacklogGauge
    /// What was claimed and is not confirmed yet: a broker with an alarm takes its time.
    private var outbox: Outbox<PublicationLedger.Publication>
    private var report = OutboxReport(.publications)
    /// Those over which the connection broke: sent alone from then on, and where that breaks it too, not at all for a while.
    private var suspects: [Series: Suspect] = [:]
    /// Those that a queue has refused and not taken since.
    private var refused: Set<Series> = []
    private var takingSince = ContinuousClock.now
    /// Not yet noted in the ledger.
    private var confirmed: [PublicationLedger.Publication] = []
    private var trouble: String?
    private var isClean = true

    init(_ store: StoreLocation, _ status: ReplyStatus, topology: TopologyStatus, logger: Logger) {
        self.status = status
        self.logger = logger
        self.store = store
        ledger = PublicationLedger(store)
        gauge = BacklogGauge(status, topology: topology)
        // The next round tries again what this one gives up.
        var limits = OutboxLimits()
        limits.tries = 3
        limits.late = .max
        limits.age = .seconds(900)
        limits.confirm = .seconds(600)
        outbox = Outbox(limits)
    }

    func beginConnection() { takingSince = .now }

    /// What was under way may have arrived or not; it is published again.
    func connectionBroke(_ error: AMQPError) {
        outbox.connectionBroke(isAccident: error.isForced)
        note()
    }

    /// Throws what ends the connection. What is wrong with the store is said, and left to the next round.
    func run(on connection: inout Connection, windows: [Int], until stop: StopSignal) throws(AMQPError) {
        isClean = true
        // What is not published any more is not refused any more.
        refused = refused.filter { windows.contains($0.days) }
        let backlog = try gauge.read(&connection)
        let draft = PublicationDraft(store: store, windows: windows, now: wallClock(), backlog: backlog)
        let prepared = try aside(on: &connection, until: stop) { ledger throws(StoreError) in try draft.prepare(ledger)
        }
        guard let (work, failure) = prepared else { return }
        if let failure { say(failure) }
        try publish(work, on: &connection, until: stop)
        try noteConfirmed(on: &connection, until: stop)
        guard isClean, trouble != nil else { return }
        logger.notice("publishing all aggregates again")
        trouble = nil
    }

    /// Uses the store on a thread of its own: however long the disk takes, the connection gets its heartbeats. Tries again while another
    /// process, or a batch, holds the store's lock. Nil where it did not succeed, which is said, or a stop was requested meanwhile.
    private func aside<Value: Sendable>(
        on connection: inout Connection, until stop: StopSignal,
        _ body: @escaping @Sendable (PublicationLedger) throws(StoreError) -> Value
    ) throws(AMQPError) -> Value? {
        for attempt in 1...Self.attempts {
            let errand = try StoreErrand.start(ledger, body)
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
        // Only the newest state is published.
        for (publication, history) in outbox.abandonWaiting() where history.isSuspect {
            suspects[Series(publication)] = Suspect(tries: history.tries)
        }
        let now = ContinuousClock.now
        for work in work {
            // It may have been confirmed since it was claimed.
            guard !outbox.contains(where: { $0 == work.publication }), !confirmed.contains(work.publication) else {
                continue
            }
            var history = Outbox<PublicationLedger.Publication>.History()
            if let suspect = suspects[Series(work.publication)] {
                guard suspect.notBefore <= now else { continue }
                history = .init(tries: suspect.tries, isSuspect: true)
            }
            outbox.add(message(work.answer, as: work.publication), for: work.publication, history: history, now: now)
        }
        let limit = now + Self.confirmLimit
        var stopLimit: ContinuousClock.Instant?
        while !outbox.isEmpty, !connection.isBlocked {
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
        return !outbox.giveUpUnconfirmed(takingSince: takingSince)
    }

    private func turn(_ connection: inout Connection, waiting milliseconds: Int32) throws(AMQPError) {
        if !connection.isBlocked {
            try connection.publish(outbox.takeDue()) { outbox.note($0, $1) }
        }
        try takeOutcomes(&connection, waiting: milliseconds)
    }

    private func takeOutcomes(_ connection: inout Connection, waiting milliseconds: Int32) throws(AMQPError) {
        var outcomes: [PublishOutcome] = []
        try connection.takeOutcomes(waitingUpTo: milliseconds, into: &outcomes)
        for outcome in outcomes { outbox.settle(outcome) }
        outbox.keepWithinLimits()
        if connection.isBlocked {
            status.note(.publications, trouble: "the broker takes nothing: \(connection.blockedReason ?? "")")
        } else if !outcomes.isEmpty {
            status.note(.publications, trouble: nil)
        }
        note()
    }

    /// Tells the status and the log what is owed and what was given up.
    private func note() {
        for settled in outbox.takeSettled() {
            let series = Series(settled.ticket)
            switch settled.cause {
            case nil:
                suspects[series] = nil
                refused.remove(series)
                confirmed.append(settled.ticket)
            case .refused: refused.insert(series)
            case .error: suspects[series] = Suspect(notBefore: .now + Self.rest)
            default: break
            }
        }
        let losses = outbox.takeLosses()
        report.add(losses)
        status.countPublicationFailures(losses.values.reduce(0) { $0 + $1.count })
        let (owed, oldest) = (outbox.count, outbox.oldest)
        status.change(.publications) { traffic in
            traffic.owed = owed
            traffic.oldest = oldest
            traffic.refused = refused.isEmpty ? nil : (refused.count, traffic.refused?.since ?? .now)
            for (cause, loss) in losses { traffic.dropped[cause, default: 0] += loss.count }
        }
        logger.say(report.takeNotices(owed: owed, oldest: oldest, trouble: status[.publications].trouble?.text))
    }

    /// What cannot be noted is published once more, under the same revision.
    private func noteConfirmed(on connection: inout Connection, until stop: StopSignal) throws(AMQPError) {
        guard !confirmed.isEmpty else { return }
        let done = confirmed
        confirmed.removeAll()
        status.countPublications(done.count)
        status.change(.publications) { $0.sent += done.count }
        _ = try aside(on: &connection, until: stop) { ledger throws(StoreError) in try ledger.confirm(done) }
    }

    private func message(
        _ answer: MetricAnswer, as publication: PublicationLedger.Publication
    ) -> OutgoingMessage {
        let (metric, days) = (publication.metric, publication.days)
        // Not mandatory: whoever unbound the reply queue wants none of them.
        var message = OutgoingMessage(
            exchange: Topology.aggregatesExchange, routingKey: ShortText("metrics.\(metric).\(days)d"), type: metric,
            document: answer.json(revision: publication.revision))
        message.messageID = ShortText("\(metric)/\(days)d/\(publication.revision)")
        message.timestamp = UInt64(max(0, answer.asOf / 1_000_000))
        return message
    }

    private func say(_ error: StoreError) {
        isClean = false
        guard error.description != trouble else { return }
        trouble = error.description
        logger.warning(
            "could not publish all aggregates; trying again with the next round",
            metadata: ["cause": "\(error.cause)", "error": "\(error)"])
    }
}
