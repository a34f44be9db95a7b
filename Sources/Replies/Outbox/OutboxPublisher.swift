package import AMQP
package import Broker
package import Events
package import Logging
package import Status
internal import Synchronization
package import Threads

/// Sends what is owed on a connection and a thread of its own, with publisher confirms. Whoever owes never waits for it: what cannot be sent
/// is given up within the limits of ``Outbox``, whether this thread gets anywhere or not.
package final class OutboxPublisher<Ticket: Sendable>: Sendable {
    private struct Box {
        var outbox: Outbox<Ticket>
        var report: OutboxReport
        var noted = 0
    }

    private let box: Mutex<Box>
    private let kind: OutgoingKind
    private let place: BrokerPlace?
    private let farewell: Duration
    private let options: @Sendable () -> ConnectionOptions
    private let limits: @Sendable () -> OutboxLimits
    private let status: ReplyStatus
    private let logger: Logger
    private let wake: WakeUp

    /// `options` are asked each time before connecting, `limits` whenever something is owed. What goes through a `place` is given up where
    /// that is not to be had. After a stop was requested the rest is sent for as long as `farewell`, where it can be.
    package init(
        _ kind: OutgoingKind, through place: BrokerPlace? = nil, farewell: Duration = .zero,
        options: @escaping @Sendable () -> ConnectionOptions,
        limits: @escaping @Sendable () -> OutboxLimits, status: ReplyStatus, logger: Logger
    ) throws(ThreadError) {
        wake = try WakeUp()
        box = Mutex(Box(outbox: Outbox(limits()), report: OutboxReport(kind)))
        self.kind = kind
        self.place = place
        self.farewell = farewell
        self.options = options
        self.limits = limits
        self.status = status
        self.logger = logger
    }

    // MARK: Any thread

    package func add(_ messages: [(OutgoingMessage, Ticket)]) {
        let limits = limits()
        let now = ContinuousClock.now
        change { box in
            box.outbox.limits = limits
            for (message, ticket) in messages { box.outbox.add(message, for: ticket, now: now) }
        }
        wake.signal()
    }

    /// So many are given up before they were owed; one of them would have gone to `example`.
    package func countLosses(_ count: Int, _ cause: DropCause, example: ShortText) {
        guard count > 0 else { return }
        change { $0.outbox.countLosses(count, cause, example: example) }
    }

    package var owedCount: Int { box.withLock { $0.outbox.count } }

    /// How many more may be owed, and how many bytes.
    package var room: (count: Int, bytes: Int) {
        let limits = limits()
        return box.withLock { (limits.count - $0.outbox.count, limits.bytes - $0.outbox.bytes) }
    }

    /// What is no longer owed, since the last call.
    package func takeSettled() -> [Outbox<Ticket>.Settled] {
        change { box in
            box.outbox.keepWithinLimits()
            return box.outbox.takeSettled()
        }
    }

    /// Changes the outbox, and tells the status what has become of it.
    private func change<Value>(_ body: (inout Box) -> Value) -> Value {
        box.withLock { box in
            let value = body(&box)
            let losses = box.outbox.takeLosses()
            guard !losses.isEmpty || !box.outbox.isEmpty || box.noted > 0 else { return value }
            box.report.add(losses)
            box.noted = box.outbox.count
            let (owed, oldest) = (box.outbox.count, box.outbox.oldest)
            status.change(kind) { traffic in
                traffic.owed = owed
                traffic.oldest = oldest
                for (cause, loss) in losses { traffic.dropped[cause, default: 0] += loss.count }
            }
            return value
        }
    }

    // MARK: The publishing thread

    /// Runs until stopped; connects when something is owed first.
    @available(*, noasync)
    package func run(until stop: StopSignal) {
        let session = BrokerSession(
            options: options, purpose: "sending \(kind.rawValue)", kind: kind, status: status, place: place,
            logger: logger
        )
        session.run(until: stop, isWanted: isOwing, turn: rest, lacking: giveUp) {
            (connection, isWorking) throws(AMQPError) in
            do throws(AMQPError) { try publish(on: &connection, until: stop, isWorking) } catch {
                // What is wrong with the place is not the fault of any that goes there.
                let isOfPlace = place != nil && error.objectTrouble != nil
                change { $0.outbox.connectionBroke(isAccident: isOfPlace || error.isForced) }
                if isOfPlace, error.objectTrouble == .refused { giveUp() }
                throw error
            }
        }
        say(isLast: true)
    }

    private func isOwing() -> Bool {
        guard change({ $0.outbox.isEmpty }) else { return true }
        status.note(kind, trouble: nil)
        return false
    }

    /// Returns where a stop is requested, or another connection is wanted.
    private func publish(
        on connection: inout Connection, until stop: StopSignal, _ isWorking: () -> Void
    ) throws(AMQPError) {
        try connection.enableConfirms()
        var outcomes: [PublishOutcome] = []
        var takingSince = ContinuousClock.now
        var end: ContinuousClock.Instant?
        while goesOn(stop, &end) {
            let due = connection.isBlocked ? [] : change { $0.outbox.takeDue() }
            try connection.publish(due) { id, result in change { $0.outbox.note(id, result) } }
            outcomes.removeAll(keepingCapacity: true)
            try connection.takeOutcomes(waitingUpTo: 0, into: &outcomes)
            if connection.isBlocked {
                takingSince = .now
                status.note(kind, trouble: "the broker takes nothing: \(connection.blockedReason ?? "")")
            }
            if !outcomes.isEmpty {
                settle(outcomes)
                isWorking()
            }
            say()
            guard due.isEmpty, outcomes.isEmpty else { continue }
            if change({ $0.outbox.giveUpUnconfirmed(takingSince: takingSince) }) {
                let limit = limits().confirm
                logger.warning(
                    "reconnecting to send \(kind.rawValue)",
                    metadata: ["error": "the broker has not confirmed one within \(limit)"])
                return
            }
            _ = try connection.wait(upTo: patience(), orReadable: wake.descriptor)
            wake.reset()
        }
    }

    /// `end` is when a stop is heeded.
    private func goesOn(_ stop: StopSignal, _ end: inout ContinuousClock.Instant?) -> Bool {
        guard stop.isRequested else { return true }
        let limit = end ?? .now + farewell
        end = limit
        return ContinuousClock.now < limit && !change { $0.outbox.isEmpty }
    }

    private func giveUp() { change { $0.outbox.dropAll(.unavailable) } }

    private func settle(_ outcomes: [PublishOutcome]) {
        let confirmed = change { box in
            outcomes.reduce(0) { $0 + (box.outbox.settle($1) ? 1 : 0) }
        }
        status.change(kind) { $0.sent += confirmed }
    }

    private func say(isLast: Bool = false) {
        let trouble = status[kind].trouble?.text
        logger.say(
            change { box in
                box.report.takeNotices(
                    owed: box.outbox.count, oldest: box.outbox.oldest, trouble: trouble, isLast: isLast)
            })
    }

    /// The longest wait, in milliseconds: a stop is seen, and what is due again is sent within this time.
    private func patience() -> Int32 {
        let now = ContinuousClock.now
        guard let due = change({ $0.outbox.nextDue(after: now) }) else { return 200 }
        return Int32((min(due - now, .milliseconds(200)) / .milliseconds(1)).rounded(.up))
    }

    /// Passes the time without a connection.
    private func rest(milliseconds: Int32) {
        change { $0.outbox.keepWithinLimits() }
        say()
        pollOnly(milliseconds: milliseconds, wake.descriptor)
        wake.reset()
    }
}
