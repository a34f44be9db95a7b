package import AMQP
package import Events
package import MetricsCatalogue
package import Status
internal import Threads

/// The requests in hand and the answers that are owed: says what to look up, what to publish and what to acknowledge. It knows neither the
/// connection nor the store; whoever has them tells what became of each.
///
/// A request that cannot be answered costs its own answer, after some tries. What was learnt about it outlives the connection, because it
/// comes again with the next one.
package struct RequestDesk: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// One that waits to be looked up in the store.
    package struct Question: Sendable {
        package let id: UInt64
        package let request: MetricRequest
        fileprivate let tag: UInt64
        fileprivate let key: Key
        fileprivate let arrivedAt: Instant
    }

    package enum Fate: Sendable, Equatable {
        case answered
        /// With an error document.
        case refused
        /// There is nobody to answer, or it did not work.
        case dropped
    }

    /// What is to be acknowledged.
    package struct Settled: Sendable, Equatable {
        package let tag: UInt64
        package let fate: Fate
    }

    /// What tells requests apart when they come again.
    struct Key: Hashable, Sendable {
        let replyTo: ShortText
        let correlationID: ShortText?
        let body: Int
    }

    struct Ticket: Sendable {
        let tag: UInt64
        let key: Key
        let isError: Bool
    }

    private static let errorType = "error"
    private static let listType = "metrics"
    /// A request for every metric there is has less than 2 KB.
    private static let maximumRequestBytes = 65_536
    /// Of answers that are computed and not sent: beyond it no other is computed.
    private static let maximumAnswerBytes = 16 << 20
    /// Requests of an earlier connection of which something is remembered.
    private static let maximumKnown = 1000

    /// Oldest first; as many at most as the broker hands out.
    private var questions: [Question] = []
    /// Being looked up.
    private var inHand: Question?
    private var nextID: UInt64 = 0
    private var outbox: Outbox<Ticket>
    private var known: [Key: Outbox<Ticket>.History] = [:]
    /// Settled without an answer that had to be sent.
    private var settled: [Settled] = []

    /// At most half of the `prefetch` requests in hand wait for another try.
    package init(prefetch: Int, now: Instant = .now) {
        var limits = OutboxLimits()
        limits.late = prefetch / 2
        // Nobody else is held up by what waits here.
        limits.patience = .seconds(60)
        outbox = Outbox(limits, now: now)
    }

    // MARK: Requests

    /// Takes in a request, which may ask for the `declared` dimensions. Returns why it is dropped at once, where it is: for the log.
    package mutating func take(
        tag: UInt64, replyTo: ShortText?, correlationID: ShortText?, body: [UInt8], bodyBytes: UInt64,
        declared: [String] = [], now: Instant = .now
    ) -> String? {
        var hasher = Hasher()
        body.withUnsafeBytes { hasher.combine(bytes: $0) }
        let key = Key(replyTo: replyTo ?? "", correlationID: correlationID, body: hasher.finalize())
        guard !key.replyTo.bytes.isEmpty else {
            refuse(tag, key, because: .noQueue)
            return "it has no reply_to, so nobody would get the answer"
        }
        if let history = known[key], history.tries >= outbox.limits.tries {
            // Given up when the last connection broke.
            known[key] = nil
            settled.append(Settled(tag: tag, fate: .dropped))
            return nil
        }
        do throws(MetricRequestError) {
            guard bodyBytes <= Self.maximumRequestBytes else {
                throw MetricRequestError(
                    .invalidRequest, "the request has \(bodyBytes) bytes, more than \(Self.maximumRequestBytes)")
            }
            let request = try MetricRequest.parse(body, declared: declared)
            questions.append(Question(id: nextID, request: request, tag: tag, key: key, arrivedAt: now))
            nextID += 1
        } catch {
            owe(error.json, type: Self.errorType, to: key, tag, now: now)
        }
        return nil
    }

    /// What to look up next. One at a time, so that what is computed can be sent before the next is begun; nil while one is in hand, and
    /// while so much is to be sent that more would be too much.
    package mutating func takeQuestion() -> Question? {
        guard inHand == nil, outbox.bytes < Self.maximumAnswerBytes, !questions.isEmpty else { return nil }
        inHand = questions.removeFirst()
        return inHand
    }

    package var isWaitingForStore: Bool { !questions.isEmpty }

    /// What the store says to a question, as a document; nil where it cannot be read. A question that is no longer in hand is of no interest.
    package mutating func answer(_ id: UInt64, with document: String?, now: Instant = .now) {
        guard let question = inHand, question.id == id else { return }
        inHand = nil
        guard let document else {
            // Behind the others: a trouble of this one alone must not hold them up.
            return questions.append(question)
        }
        let request = question.request
        owe(
            document, type: request.isList ? Self.listType : request.metrics[0].name, to: question.key, question.tag,
            now: now)
    }

    // MARK: Answers

    /// What is to be published now; ``note(_:_:now:)`` what became of it.
    package mutating func takeDue(_ now: Instant = .now) -> [OutboxDispatch] { outbox.takeDue(now) }

    package mutating func note(_ id: UInt64, _ result: DispatchResult, now: Instant = .now) {
        outbox.note(id, result, now: now)
    }

    package mutating func settle(_ outcome: PublishOutcome, now: Instant = .now) { outbox.settle(outcome, now: now) }

    /// What is to be acknowledged, since the last call: requests whose answers have arrived somewhere, or are given up.
    package mutating func takeSettled(now: Instant = .now) -> [Settled] {
        giveUpExpired(now: now)
        outbox.keepWithinLimits(now: now)
        defer { settled.removeAll(keepingCapacity: true) }
        return settled
            + outbox.takeSettled().map { settled in
                let ticket = settled.ticket
                let fate: Fate = settled.cause != nil ? .dropped : ticket.isError ? .refused : .answered
                return Settled(tag: ticket.tag, fate: fate)
            }
    }

    /// Also the one in hand: a store that never answers keeps no request for ever.
    private mutating func giveUpExpired(now: Instant) {
        func isExpired(_ question: Question) -> Bool { now - question.arrivedAt >= outbox.limits.age }
        if let question = inHand, isExpired(question) {
            inHand = nil
            refuse(question.tag, question.key, because: .expired)
        }
        guard questions.contains(where: isExpired) else { return }
        for question in questions where isExpired(question) { refuse(question.tag, question.key, because: .expired) }
        questions.removeAll(where: isExpired)
    }

    // MARK: The connection

    /// Whether the broker owes a confirm for too long, where it takes messages since `since`: then this connection is of no use any more.
    package mutating func giveUpUnconfirmed(takingSince since: Instant, now: Instant = .now) -> Bool {
        outbox.giveUpUnconfirmed(takingSince: since, now: now)
    }

    /// Delivery tags die with the connection; everything unacknowledged comes again, and what is known of it is kept until then.
    ///
    /// `isAccident` where its end surely has nothing to do with what was under way; nil where we ended it.
    package mutating func connectionEnded(isAccident: Bool?, now: Instant = .now) {
        if let isAccident { outbox.connectionBroke(isAccident: isAccident, now: now) }
        if known.count > Self.maximumKnown { known.removeAll() }
        for (ticket, history) in outbox.abandon() { known[ticket.key] = history }
        for settled in outbox.takeSettled() where settled.cause != nil {
            known[settled.ticket.key] = Outbox<Ticket>.History(tries: outbox.limits.tries, isSuspect: true)
        }
        questions.removeAll()
        inHand = nil
        settled.removeAll()
    }

    // MARK: How it is doing

    package var underWayCount: Int { outbox.underWayCount }

    package var owedCount: Int { questions.count + (inHand == nil ? 0 : 1) + outbox.count }

    /// Since when the oldest is owed.
    package var oldest: Instant? {
        [questions.map(\.arrivedAt).min(), inHand?.arrivedAt, outbox.oldest].compactMap(\.self).min()
    }

    /// When an answer that waits for another attempt is due; nil where none waits.
    package func nextDue(after now: Instant) -> Instant? { outbox.nextDue(after: now) }

    /// What was dropped, since the last call.
    package mutating func takeLosses() -> [DropCause: Loss] { outbox.takeLosses() }

    // MARK: Entries

    private mutating func owe(_ document: String, type: String, to key: Key, _ tag: UInt64, now: Instant) {
        outbox.add(
            reply(to: key, type: type, document), for: Ticket(tag: tag, key: key, isError: type == Self.errorType),
            history: known.removeValue(forKey: key) ?? Outbox<Ticket>.History(), now: now)
    }

    private mutating func refuse(_ tag: UInt64, _ key: Key, because cause: DropCause) {
        outbox.refuse(
            reply(to: key, type: Self.errorType, ""), for: Ticket(tag: tag, key: key, isError: true), because: cause)
    }

    private func reply(to key: Key, type: String, _ document: String) -> OutgoingMessage {
        var message = OutgoingMessage(
            replyTo: key.replyTo, correlationID: key.correlationID, type: type, document: document)
        message.timestamp = UInt64(max(0, wallClock() / 1_000_000))
        return message
    }
}
