import AMQP
import Events
import Replies
import Status

/// An outbox with a clock and a broker that the test plays.
struct OutboxHarness {
    var outbox: Outbox<Int>
    private(set) var now = ContinuousClock.now
    private var sequence: UInt64 = 0
    /// What is under way: the name by its sequence number.
    private var underWay: [UInt64: String] = [:]

    init(_ change: (inout OutboxLimits) -> Void = { _ in }) {
        var limits = OutboxLimits()
        change(&limits)
        outbox = Outbox(limits, now: now)
    }

    mutating func pass(_ duration: Duration) { now += duration }

    mutating func owe(_ first: String, _ second: String, _ more: String...) {
        for name in [first, second] + more { owe(name) }
    }

    mutating func owe(
        _ name: String, ticket: Int = 0, bytes: Int = 2, history: Outbox<Int>.History = Outbox<Int>.History()
    ) {
        let message = OutgoingMessage(
            replyTo: ShortText(name), correlationID: nil, type: "test", document: String(repeating: "x", count: bytes))
        outbox.add(message, for: ticket, history: history, now: now)
    }

    /// Publishes what is due; the names, in order.
    @discardableResult
    mutating func publish() -> [String] {
        outbox.takeDue(now).map { dispatch in
            sequence += 1
            let name = dispatch.message.routingKey.description
            underWay[sequence] = name
            outbox.published(dispatch.id, as: sequence, now: now)
            return name
        }
    }

    mutating func confirm(_ names: String...) { answer(names) { .confirmed($0) } }
    mutating func refuse(_ names: String...) { answer(names) { .rejected($0) } }
    mutating func giveBack(_ names: String...) { answer(names) { .returned($0, code: 312, text: "NO_ROUTE") } }

    private mutating func answer(_ names: [String], _ outcome: (UInt64) -> PublishOutcome) {
        for name in names {
            guard let sequence = underWay.first(where: { $0.value == name })?.key else { continue }
            underWay[sequence] = nil
            outbox.settle(outcome(sequence), now: now)
        }
    }

    mutating func breakConnection(isAccident: Bool = false) {
        outbox.connectionBroke(isAccident: isAccident, now: now)
        underWay.removeAll()
    }

    /// A broker that breaks the connection over each of `culprits` and confirms everything else, for as long as something is due within an
    /// hour. How often each name was published.
    mutating func run(culprits: Set<String>) -> [String: Int] {
        var published: [String: Int] = [:]
        for _ in 0..<3600 where !outbox.isEmpty {
            let names = publish()
            for name in names { published[name, default: 0] += 1 }
            if names.contains(where: culprits.contains) {
                breakConnection()
            } else {
                for name in names { confirm(name) }
            }
            if names.isEmpty { pass(.seconds(1)) }
            outbox.keepWithinLimits(now: now)
        }
        return published
    }

    /// What is no longer owed: nil for what was sent.
    mutating func settled() -> [DropCause?] { outbox.takeSettled().map(\.cause) }
}
