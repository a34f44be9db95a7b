package import AMQP
package import Events
package import Status

/// One to publish now; report what became of it under this number.
package struct OutboxDispatch: Sendable {
    package let id: UInt64
    package let message: OutgoingMessage
}

/// What is owed to others and has not arrived yet: says what to publish now, what to try again later, and what to give up. It knows no
/// connection; whoever has one tells what became of each.
///
/// One that cannot be published costs the others nothing. What failed by itself is tried again with growing pauses, a limited number of
/// times. Where the channel or the connection breaks, any of those under way may be the cause: from then on each of them is sent alone,
/// between the others, until the broker has spoken about it.
package struct Outbox<Ticket: Sendable>: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// What is no longer owed: sent, where `cause` is nil.
    package struct Settled: Sendable {
        package let ticket: Ticket
        package let cause: DropCause?
    }

    /// What is known of one from an earlier life.
    package struct History: Sendable, Equatable {
        package var tries = 0
        package var isSuspect = false

        package init(tries: Int = 0, isSuspect: Bool = false) {
            self.tries = tries
            self.isSuspect = isSuspect
        }
    }

    private enum State {
        case waiting(until: Instant)
        /// Handed out by ``takeDue(_:)``.
        case taken
        case underWay(UInt64, since: Instant)
    }

    private struct Entry {
        let message: OutgoingMessage
        let ticket: Ticket
        let addedAt: Instant
        var history: History
        var state: State
        /// Whether `again` names it.
        var isListed = false

        var hasFailed: Bool { history.tries > 0 || history.isSuspect }
        /// The broker has spoken about it.
        var isRefused: Bool { history.tries > 0 && !history.isSuspect }
    }

    package var limits: OutboxLimits
    private var entries: [UInt64: Entry] = [:]
    private var nextID: UInt64 = 0
    private var oldestID: UInt64 = 0
    /// The first that is not late yet, and how many before it are still owed.
    private var lateID: UInt64 = 0
    private var lateCount = 0
    /// Never tried; may name what is gone.
    private var fresh: [UInt64] = []
    /// Tried before; may name what is gone.
    private var again: [UInt64] = []
    private var failedCount = 0
    private var refusedCount = 0
    private var sequences: [UInt64: UInt64] = [:]
    private var busyCount = 0
    /// The suspect that is under way alone.
    private var alone: UInt64?
    private var isTurnOfSuspects = true
    /// When the broker last spoke about one, or there was nothing that it should have spoken about.
    private var lastOutcome: Instant

    package private(set) var bytes = 0
    private var settled: [Settled] = []
    private var losses: [DropCause: Loss] = [:]

    package init(_ limits: OutboxLimits = OutboxLimits(), now: Instant = .now) {
        self.limits = limits
        lastOutcome = now
    }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }
    /// How many were handed out and have no outcome yet.
    package var underWayCount: Int { busyCount }
    /// Since when the oldest is owed; nil where nothing is.
    package var oldest: Instant? { entries[oldestID]?.addedAt }

    // MARK: What is owed

    /// A reply to one of the daemon's own queues is never sent: the daemon would feed itself.
    package mutating func add(
        _ message: OutgoingMessage, for ticket: Ticket, history: History = History(), now: Instant = .now
    ) {
        guard !message.isToOwnQueue else { return refuse(message, for: ticket, because: .ownQueue) }
        // That single queues refuse says nothing about how the broker is.
        if entries.count == refusedCount { lastOutcome = now }
        var entry = Entry(
            message: message, ticket: ticket, addedAt: now, history: history, state: .waiting(until: now))
        entry.isListed = entry.hasFailed
        entries[nextID] = entry
        bytes += message.cost
        count(entry, 1)
        if entry.isListed { again.append(nextID) } else { fresh.append(nextID) }
        nextID += 1
        keepWithinLimits(now: now)
    }

    /// Counts it as owed and dropped at once.
    package mutating func refuse(_ message: OutgoingMessage, for ticket: Ticket, because cause: DropCause) {
        countLoss(of: message, cause)
        settled.append(Settled(ticket: ticket, cause: cause))
    }

    /// So many are as good as owed and dropped at once; one of them would have gone to `example`.
    package mutating func countLosses(_ count: Int, _ cause: DropCause, example: ShortText) {
        guard count > 0 else { return }
        losses[cause] = Loss(count: (losses[cause]?.count ?? 0) + count, example: example)
    }

    /// Gives up all that is owed.
    package mutating func dropAll(_ cause: DropCause) {
        for id in entries.keys { drop(id, cause) }
    }

    /// Gives up what has been owed for too long or is too much. Costs next to nothing; belongs into every turn.
    package mutating func keepWithinLimits(now: Instant = .now) {
        guard !entries.isEmpty else { return }
        while let entry = entries[oldestID], now - entry.addedAt >= limits.age { drop(oldestID, .expired) }
        while bytes > limits.bytes || entries.count > limits.count, !entries.isEmpty { drop(oldestID, .overflow) }
        while lateID < nextID {
            if let entry = entries[lateID] {
                guard now - entry.addedAt >= limits.patience else { break }
                lateCount += 1
            }
            lateID += 1
        }
        let isHanging = now - lastOutcome >= limits.patience
        while lateCount > limits.late || isHanging && entries.count > max(1, limits.late) { drop(oldestID, .overflow) }
        if failedCount > max(1, limits.late) { dropFailed(downTo: max(1, limits.late)) }
        if fresh.count > 2 * entries.count + 64 { fresh.removeAll { entries[$0] == nil } }
    }

    /// Oldest first.
    private mutating func dropFailed(downTo limit: Int) {
        again.removeAll { entries[$0] == nil }
        let failed = entries.filter(\.value.hasFailed).keys.sorted()
        for id in failed.prefix(failedCount - limit) { drop(id, .overflow) }
    }

    // MARK: What to publish

    /// What is to be published now. Of those that may break the connection one at a time, with nothing else under way.
    package mutating func takeDue(_ now: Instant = .now) -> [OutboxDispatch] {
        guard alone == nil else { return [] }
        var ordinary: [UInt64] = []
        var suspect: (id: UInt64, tries: Int)?
        if !again.isEmpty {
            again.removeAll { entries[$0] == nil }
            for id in again {
                guard let entry = entries[id], case .waiting(let until) = entry.state, until <= now else { continue }
                guard entry.history.isSuspect else {
                    ordinary.append(id)
                    continue
                }
                // Those that have not failed alone yet go first: they are the more likely innocent.
                if entry.history.tries < suspect?.tries ?? .max { suspect = (id, entry.history.tries) }
            }
        }
        if let suspect, isTurnOfSuspects || (ordinary.isEmpty && fresh.isEmpty) {
            guard busyCount == 0 else { return [] }
            isTurnOfSuspects = false
            alone = suspect.id
            return [take(suspect.id)].compactMap { $0 }
        }
        isTurnOfSuspects = true
        ordinary += fresh
        fresh.removeAll(keepingCapacity: true)
        return ordinary.compactMap { take($0) }
    }

    /// When one that waits for another attempt is due; nil where none waits.
    package func nextDue(after now: Instant) -> Instant? {
        again.lazy.compactMap { id in
            guard let entry = entries[id], case .waiting(let until) = entry.state, until > now else { return nil }
            return until
        }.min()
    }

    private mutating func take(_ id: UInt64) -> OutboxDispatch? {
        guard let message = entries[id]?.message else { return nil }
        entries[id]?.state = .taken
        busyCount += 1
        return OutboxDispatch(id: id, message: message)
    }

    // MARK: What became of it

    /// It is on its way, or may be: publishing it failed in the middle.
    package mutating func published(_ id: UInt64, as sequence: UInt64, now: Instant = .now) {
        guard entries[id] != nil else { return }
        entries[id]?.state = .underWay(sequence, since: now)
        if sequence > 0 { sequences[sequence] = id }
    }

    /// It was not sent, through no fault of its own.
    package mutating func takeBack(_ ids: some Sequence<UInt64>, now: Instant = .now) {
        for id in ids { wait(id, until: now) }
    }

    package mutating func cannotPublish(_ id: UInt64) { drop(id, .invalid) }

    /// Whether it was owed still, and has arrived.
    @discardableResult
    package mutating func settle(_ outcome: PublishOutcome, now: Instant = .now) -> Bool {
        lastOutcome = now
        guard let id = sequences.removeValue(forKey: outcome.sequence), entries[id] != nil else { return false }
        switch outcome {
        case .confirmed:
            finish(id, cause: nil)
            return true
        case .returned: drop(id, .noQueue)
        case .rejected: fail(id, isSuspect: false, orDrop: .refused, now: now)
        }
        return false
    }

    /// The connection is gone, and with it every outcome that was awaited. `isAccident` where it surely has nothing to do with what was
    /// under way.
    package mutating func connectionBroke(isAccident: Bool, now: Instant = .now) {
        let busy = busyIDs
        let sent = busy.filter { if case .underWay = entries[$0]?.state { true } else { false } }
        for id in busy {
            guard !isAccident, case .underWay = entries[id]?.state else {
                wait(id, until: now)
                continue
            }
            if sent.count == 1 {
                fail(id, isSuspect: true, orDrop: .error, now: now)
            } else {
                note(id) { $0.isSuspect = true }
                wait(id, until: now)
            }
        }
        sequences.removeAll()
        // The innocent first.
        isTurnOfSuspects = false
    }

    /// Whether the broker owes a confirm for too long, where it takes messages since `since`: then this connection is of no use any more.
    package mutating func giveUpUnconfirmed(takingSince since: Instant, now: Instant = .now) -> Bool {
        func isOverdue(_ id: UInt64) -> Bool {
            guard case .underWay(_, let sentAt) = entries[id]?.state else { return false }
            return now - max(sentAt, since) >= limits.confirm
        }
        let busy = busyIDs
        guard busy.contains(where: isOverdue) else { return false }
        for id in busy {
            if isOverdue(id) {
                fail(id, isSuspect: false, orDrop: .unconfirmed, now: now)
            } else {
                wait(id, until: now)
            }
        }
        sequences.removeAll()
        return true
    }

    /// Forgets everything, without counting it as lost: it will be asked for again. Returns what is known of those that have failed.
    package mutating func abandon() -> [(ticket: Ticket, history: History)] {
        let known = entries.values.filter(\.hasFailed).map { ($0.ticket, $0.history) }
        let kept = (settled, losses, isTurnOfSuspects)
        self = Outbox(limits)
        (settled, losses, isTurnOfSuspects) = kept
        return known
    }

    /// The same for what is not under way.
    package mutating func abandonWaiting() -> [(ticket: Ticket, history: History)] {
        var known: [(ticket: Ticket, history: History)] = []
        for (id, entry) in entries {
            guard case .waiting = entry.state else { continue }
            if entry.hasFailed { known.append((entry.ticket, entry.history)) }
            remove(id, entry)
        }
        return known
    }

    package func contains(where predicate: (Ticket) -> Bool) -> Bool {
        entries.values.contains { predicate($0.ticket) }
    }

    /// What is no longer owed, since the last call.
    package mutating func takeSettled() -> [Settled] {
        guard !settled.isEmpty else { return [] }
        defer { settled.removeAll(keepingCapacity: true) }
        return settled
    }

    /// What was dropped, since the last call.
    package mutating func takeLosses() -> [DropCause: Loss] {
        defer { losses.removeAll() }
        return losses
    }

    // MARK: Entries

    private var busyIDs: [UInt64] {
        guard busyCount > 0 else { return [] }
        return entries.filter { if case .waiting = $0.value.state { false } else { true } }.keys.sorted()
    }

    /// It failed by itself.
    private mutating func fail(_ id: UInt64, isSuspect: Bool, orDrop cause: DropCause, now: Instant) {
        guard let tries = entries[id]?.history.tries else { return }
        guard tries + 1 < limits.tries else { return drop(id, cause) }
        note(id) {
            $0.tries += 1
            $0.isSuspect = isSuspect
        }
        wait(id, until: now + limits.pause(after: tries + 1))
    }

    private mutating func note(_ id: UInt64, _ change: (inout History) -> Void) {
        guard var entry = entries[id] else { return }
        count(entry, -1)
        change(&entry.history)
        count(entry, 1)
        entries[id] = entry
    }

    private mutating func count(_ entry: Entry, _ change: Int) {
        if entry.hasFailed { failedCount += change }
        if entry.isRefused { refusedCount += change }
    }

    private mutating func wait(_ id: UInt64, until: Instant) {
        guard let entry = entries[id] else { return }
        release(id, entry)
        entries[id]?.state = .waiting(until: until)
        guard !entry.isListed else { return }
        entries[id]?.isListed = true
        again.append(id)
    }

    private mutating func release(_ id: UInt64, _ entry: Entry) {
        if case .waiting = entry.state { return }
        if case .underWay(let sequence, _) = entry.state { sequences[sequence] = nil }
        busyCount -= 1
        if alone == id { alone = nil }
    }

    private mutating func drop(_ id: UInt64, _ cause: DropCause) {
        if let entry = entries[id] { countLoss(of: entry.message, cause) }
        finish(id, cause: cause)
    }

    private mutating func countLoss(of message: OutgoingMessage, _ cause: DropCause) {
        countLosses(1, cause, example: message.routingKey)
    }

    private mutating func finish(_ id: UInt64, cause: DropCause?) {
        guard let entry = entries[id] else { return }
        remove(id, entry)
        settled.append(Settled(ticket: entry.ticket, cause: cause))
    }

    private mutating func remove(_ id: UInt64, _ entry: Entry) {
        release(id, entry)
        entries[id] = nil
        bytes -= entry.message.cost
        count(entry, -1)
        if id < lateID { lateCount -= 1 }
        while oldestID < nextID, entries[oldestID] == nil { oldestID += 1 }
    }
}
