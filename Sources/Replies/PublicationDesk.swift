package import AMQP
package import Status
package import Store

/// What is to be published, what was refused and what is confirmed, over all rounds: says what to publish and what to note as published. It knows
/// neither the connection nor the store; whoever has them tells what became of each.
package struct PublicationDesk: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// For how long one is left out that breaks the connection again and again.
    private static let rest = Duration.seconds(600)

    private struct Suspect {
        var tries = 0
        var notBefore: Instant
    }

    private struct Series: Hashable {
        let metric: String
        let days: Int

        init(_ publication: Publication) {
            metric = publication.metric
            days = publication.days
        }
    }

    /// What was claimed and is not confirmed yet: a broker with an alarm takes its time.
    private var outbox: Outbox<Publication>
    /// Those over which the connection broke: sent alone from then on, and where that breaks it too, not at all for a while.
    private var suspects: [Series: Suspect] = [:]
    /// Those that a queue has refused and not taken since.
    private var refused: Set<Series> = []
    /// Not yet noted in the ledger.
    private var confirmed: [Publication] = []

    package init(now: Instant = .now) {
        // The next round tries again what this one gives up.
        var limits = OutboxLimits()
        limits.tries = 3
        limits.late = .max
        limits.age = .seconds(900)
        limits.confirm = .seconds(600)
        outbox = Outbox(limits, now: now)
    }

    // MARK: A round

    /// What is not published any more is not refused any more.
    package mutating func beginRound(windows: [Int]) { refused = refused.filter { windows.contains($0.days) } }

    /// What is to be published is this, and nothing older: only the newest state is.
    package mutating func add(_ work: [(publication: Publication, message: OutgoingMessage)], now: Instant = .now) {
        for (publication, history) in outbox.abandonWaiting() where history.isSuspect {
            suspects[Series(publication)] = Suspect(tries: history.tries, notBefore: now)
        }
        for (publication, message) in work {
            // It may have been confirmed since it was claimed.
            guard !outbox.contains(where: { $0 == publication }), !confirmed.contains(publication) else { continue }
            var history = Outbox<Publication>.History()
            if let suspect = suspects[Series(publication)] {
                guard suspect.notBefore <= now else { continue }
                history = .init(tries: suspect.tries, isSuspect: true)
            }
            outbox.add(message, for: publication, history: history, now: now)
        }
    }

    // MARK: The broker

    /// What is to be published now; ``note(_:_:now:)`` what became of it.
    package mutating func takeDue(_ now: Instant = .now) -> [OutboxDispatch] { outbox.takeDue(now) }

    package mutating func note(_ id: UInt64, _ result: DispatchResult, now: Instant = .now) {
        outbox.note(id, result, now: now)
        sort(now)
    }

    package mutating func settle(_ outcomes: [PublishOutcome], now: Instant = .now) {
        for outcome in outcomes { outbox.settle(outcome, now: now) }
        outbox.keepWithinLimits(now: now)
        sort(now)
    }

    /// Whether the broker owes a confirm for too long, where it takes messages since `since`: then this connection is of no use any more.
    package mutating func giveUpUnconfirmed(takingSince since: Instant, now: Instant = .now) -> Bool {
        defer { sort(now) }
        return outbox.giveUpUnconfirmed(takingSince: since, now: now)
    }

    /// What was under way may have arrived or not; it is published again. `isAccident`: it surely is nothing's fault that was under way.
    package mutating func connectionBroke(isAccident: Bool, now: Instant = .now) {
        outbox.connectionBroke(isAccident: isAccident, now: now)
        sort(now)
    }

    /// Draws the conclusions from what is no longer owed.
    private mutating func sort(_ now: Instant) {
        for settled in outbox.takeSettled() {
            let series = Series(settled.ticket)
            switch settled.cause {
            case nil:
                suspects[series] = nil
                refused.remove(series)
                confirmed.append(settled.ticket)
            case .refused: refused.insert(series)
            case .error: suspects[series] = Suspect(notBefore: now + Self.rest)
            default: break
            }
        }
    }

    // MARK: How it is doing

    /// What the broker has and the ledger does not know yet, since the last call.
    package mutating func takeConfirmed() -> [Publication] {
        defer { confirmed.removeAll() }
        return confirmed
    }

    package var owedCount: Int { outbox.count }
    /// Since when the oldest is owed.
    package var oldest: Instant? { outbox.oldest }
    /// How many a queue has refused and not taken since.
    package var refusedCount: Int { refused.count }

    /// What was given up, since the last call.
    package mutating func takeLosses() -> [DropCause: Loss] { outbox.takeLosses() }
}
