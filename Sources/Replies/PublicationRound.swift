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

    private let status: ReplyStatus
    private let logger: Logger
    private let store: StoreLocation
    private let ledger: PublicationLedger
    private let gauge: BacklogGauge
    /// Published on this connection, fate unknown: a broker with an alarm takes its time.
    private var open: [UInt64: PublicationLedger.Publication] = [:]
    /// Not yet noted in the ledger.
    private var confirmed: [PublicationLedger.Publication] = []
    private var trouble: String?
    private var isClean = true

    init(_ store: StoreLocation, _ status: ReplyStatus, logger: Logger) {
        self.status = status
        self.logger = logger
        self.store = store
        ledger = PublicationLedger(store)
        gauge = BacklogGauge(status)
    }

    /// What was under way on the last connection may have arrived or not; it is published again.
    func beginConnection() { open.removeAll() }

    /// Throws what ends the connection. What is wrong with the store is said, and left to the next round.
    func run(on connection: inout Connection, windows: [Int], until stop: StopSignal) throws(AMQPError) {
        isClean = true
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
        for work in work where !open.values.contains(work.publication) {
            do throws(AMQPError) {
                open[try publish(work.answer, as: work.publication, on: &connection)] = work.publication
            } catch {
                status.countPublicationFailures(1)
                // The rest stays claimed; the next round comes when the alarm is over.
                guard connection.isOpen, connection.isBlocked else { throw error }
                break
            }
        }
        let limit = ContinuousClock.now + Self.confirmLimit
        var stopLimit: ContinuousClock.Instant?
        while !open.isEmpty, !connection.isBlocked {
            let now = ContinuousClock.now
            if stop.isRequested, stopLimit == nil { stopLimit = now + Self.farewell }
            guard now < min(limit, stopLimit ?? limit) else { break }
            try takeOutcomes(&connection, waiting: 100)
        }
    }

    /// Takes and notes what the broker has confirmed since the round; keeps the connection alive.
    func settle(_ connection: inout Connection, until stop: StopSignal) throws(AMQPError) {
        try takeOutcomes(&connection, waiting: 0)
        try noteConfirmed(on: &connection, until: stop)
    }

    private func takeOutcomes(_ connection: inout Connection, waiting milliseconds: Int32) throws(AMQPError) {
        var outcomes: [PublishOutcome] = []
        try connection.takeOutcomes(waitingUpTo: milliseconds, into: &outcomes)
        for outcome in outcomes {
            guard let publication = open.removeValue(forKey: outcome.sequence) else { continue }
            if case .confirmed = outcome { confirmed.append(publication) } else { status.countPublicationFailures(1) }
        }
    }

    /// What cannot be noted is published once more, under the same revision.
    private func noteConfirmed(on connection: inout Connection, until stop: StopSignal) throws(AMQPError) {
        guard !confirmed.isEmpty else { return }
        let done = confirmed
        confirmed.removeAll()
        status.countPublications(done.count)
        _ = try aside(on: &connection, until: stop) { ledger throws(StoreError) in try ledger.confirm(done) }
    }

    private func publish(
        _ answer: MetricAnswer, as publication: PublicationLedger.Publication, on connection: inout Connection
    ) throws(AMQPError) -> UInt64 {
        let (metric, days) = (publication.metric, publication.days)
        var properties = PublishProperties()
        properties.messageID = ShortText("\(metric)/\(days)d/\(publication.revision)")
        properties.type = metric
        properties.timestamp = UInt64(max(0, answer.asOf / 1_000_000))
        // Not mandatory: whoever unbound the reply queue wants none of them.
        return try connection.publish(
            answer.json(revision: publication.revision), exchange: Topology.aggregatesExchange,
            routingKey: ShortText("metrics.\(metric).\(days)d"), properties: properties, mandatory: false)
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
