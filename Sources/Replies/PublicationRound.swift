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

    private let windows: [Int]
    private let status: ReplyStatus
    private let logger: Logger
    private let source: MetricsSource
    private let ledger: PublicationLedger
    private let gauge: BacklogGauge
    private var trouble: String?
    private var isClean = true

    init(_ store: StoreLocation, windows: [Int], _ status: ReplyStatus, logger: Logger) {
        self.windows = windows
        self.status = status
        self.logger = logger
        source = MetricsSource(store, logger: logger)
        ledger = PublicationLedger(store)
        gauge = BacklogGauge(status)
    }

    /// Throws what ends the connection. What is wrong with the store is said, and left to the next round.
    func run(on connection: inout Connection, until stop: StopSignal) throws(AMQPError) {
        isClean = true
        let backlog = try gauge.read(&connection)
        let now = wallClock()
        let work: [(answer: MetricAnswer, publication: PublicationLedger.Publication)]
        do throws(StoreError) {
            var answers: [MetricAnswer] = []
            for days in windows where !stop.isRequested {
                answers += try self.answers(days: days, now: now, backlog: backlog)
            }
            guard !stop.isRequested, let claimed = try claim(answers, now: now, until: stop) else { return }
            work = claimed
        } catch {
            say(error)
            return
        }
        var confirmed: [PublicationLedger.Publication] = []
        let result: Result<Void, AMQPError>
        do throws(AMQPError) {
            try publish(work, on: &connection, until: stop, &confirmed)
            result = .success(())
        } catch { result = .failure(error) }
        status.countPublications(confirmed.count)
        status.countPublicationFailures(work.count - confirmed.count)
        do throws(StoreError) {
            _ = try patiently(until: stop) { () throws(StoreError) in try ledger.confirm(confirmed) }
        } catch { say(error) }
        try result.get()
        guard isClean, trouble != nil else { return }
        logger.notice("publishing all aggregates again")
        trouble = nil
    }

    /// All of one window from one state of the store; where one metric fails, the others one by one.
    private func answers(days: Int, now: Timestamp, backlog: Int?) throws(StoreError) -> [MetricAnswer] {
        guard let all = try? MetricRequest(nil, days: days, grouping: nil) else { return [] }
        let failure: StoreError
        do throws(StoreError) {
            return try source.read { reader throws(StoreError) in
                try reader.answers(to: all, now: now, backlog: backlog)
            }
        } catch { failure = error }
        var answers: [MetricAnswer] = []
        for metric in all.metrics {
            guard let single = try? MetricRequest([metric.name], days: days, grouping: nil) else { continue }
            do throws(StoreError) {
                answers += try source.read { reader throws(StoreError) in
                    try reader.answers(to: single, now: now, backlog: backlog)
                }
            } catch {
                logger.debug("could not compute a metric", metadata: ["metric": "\(metric.name)", "error": "\(error)"])
            }
        }
        guard !answers.isEmpty else { throw failure }
        say(failure)
        return answers
    }

    /// What is to be published; nil where a stop was requested before the store could be written.
    private func claim(
        _ answers: [MetricAnswer], now: Timestamp, until stop: StopSignal
    ) throws(StoreError) -> [(answer: MetricAnswer, publication: PublicationLedger.Publication)]? {
        let candidates = answers.map {
            PublicationLedger.Candidate(metric: $0.definition.name, days: $0.window.days, result: $0.result.json)
        }
        let claims = try patiently(until: stop) { () throws(StoreError) in try ledger.claim(candidates, now: now) }
        guard let claims else { return nil }
        return zip(answers, claims).compactMap { answer, claim in claim.map { (answer, $0) } }
    }

    /// Tries again while another process, or a batch, holds the store's lock; nil where a stop was requested meanwhile.
    private func patiently<Value>(
        until stop: StopSignal, _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value? {
        var attempts = 0
        while true {
            do throws(StoreError) { return try body() } catch {
                attempts += 1
                guard error.kind == .busy, attempts < Self.attempts else { throw error }
                if stop.isRequested { return nil }
            }
        }
    }

    private func publish(
        _ work: [(answer: MetricAnswer, publication: PublicationLedger.Publication)], on connection: inout Connection,
        until stop: StopSignal, _ confirmed: inout [PublicationLedger.Publication]
    ) throws(AMQPError) {
        var open: [UInt64: PublicationLedger.Publication] = [:]
        for (answer, publication) in work {
            do throws(AMQPError) {
                open[try publish(answer, as: publication, on: &connection)] = publication
            } catch {
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
            var outcomes: [PublishOutcome] = []
            try connection.takeOutcomes(waitingUpTo: 100, into: &outcomes)
            for outcome in outcomes {
                guard let publication = open.removeValue(forKey: outcome.sequence) else { continue }
                if case .confirmed = outcome { confirmed.append(publication) }
            }
        }
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
