import AMQP
import Events
import Replies
internal import Status
import Store
internal import SQLiteStore
import Testing

/// A desk with a clock and a broker that the test plays.
private struct DeskHarness {
    var desk = PublicationDesk()
    private(set) var now = ContinuousClock.now
    private var sequence: UInt64 = 0
    /// What is under way: its sequence number by the metric.
    private var underWay: [String: UInt64] = [:]

    mutating func pass(_ duration: Duration) { now += duration }

    /// A round: these metrics have changed, and have these revisions now.
    mutating func round(_ revisions: KeyValuePairs<String, Int64>, windows: [Int] = [7]) {
        desk.beginRound(windows: windows)
        let work = revisions.map { metric, revision in
            (
                publication: Publication(metric: metric, days: 7, revision: revision),
                message: OutgoingMessage(
                    exchange: "x", routingKey: ShortText("\(metric) \(revision)"), type: metric, document: "{}")
            )
        }
        desk.add(work, now: now)
    }

    /// Publishes what is due: `a 1`, in order.
    @discardableResult
    mutating func publish() -> [String] {
        desk.takeDue(now).map { dispatch in
            sequence += 1
            underWay[dispatch.message.type] = sequence
            desk.note(dispatch.id, .published(sequence), now: now)
            return dispatch.message.routingKey.description
        }
    }

    mutating func confirm(_ metric: String) {
        if let sequence = underWay.removeValue(forKey: metric) { desk.settle([.confirmed(sequence)], now: now) }
    }

    mutating func refuse(_ metric: String) {
        if let sequence = underWay.removeValue(forKey: metric) { desk.settle([.rejected(sequence)], now: now) }
    }

    mutating func breakConnection(isAccident: Bool = false) {
        desk.connectionBroke(isAccident: isAccident, now: now)
        underWay.removeAll()
    }

    /// What is to be noted as published: `a 1`.
    mutating func confirmed() -> [String] { desk.takeConfirmed().map { "\($0.metric) \($0.revision)" } }
}

struct PublicationDeskTests {
    @Test func `what the broker confirms is to be noted, once`() {
        var harness = DeskHarness()
        harness.round(["a": 1, "b": 1])
        #expect(harness.publish() == ["a 1", "b 1"])
        #expect(harness.confirmed() == [])
        harness.confirm("b")
        #expect(harness.confirmed() == ["b 1"])
        #expect(harness.confirmed() == [])
        #expect(harness.desk.owedCount == 1)
    }

    @Test func `what is under way or confirmed is not published twice`() {
        var harness = DeskHarness()
        harness.round(["a": 1, "b": 1])
        harness.publish()
        harness.confirm("a")
        harness.round(["a": 1, "b": 1])
        #expect(harness.publish() == [])
        harness.confirm("b")
        #expect(harness.confirmed() == ["a 1", "b 1"])
    }

    @Test func `only the newest state is published`() {
        var harness = DeskHarness()
        harness.round(["a": 1])
        harness.round(["a": 2])
        #expect(harness.publish() == ["a 2"])
    }

    @Test func `a queue that refuses is tried a few times in a round and told until it takes one`() {
        var harness = DeskHarness()
        harness.round(["full": 1, "good": 1])
        var tries = 0
        for _ in 0..<100 {
            for line in harness.publish() {
                if line == "full 1" { tries += 1 }
                harness.refuse("full")
                harness.confirm("good")
            }
            harness.pass(.seconds(1))
        }
        #expect(tries == 3)
        #expect(harness.desk.refusedCount == 1)
        #expect(harness.desk.owedCount == 0)
        let losses = harness.desk.takeLosses()
        #expect(losses[.refused]?.count == 1)
        harness.round(["full": 1])
        #expect(harness.desk.refusedCount == 1)
        #expect(harness.publish() == ["full 1"])
        harness.confirm("full")
        #expect(harness.desk.refusedCount == 0)
    }

    @Test func `what is not published any more is not refused any more`() {
        var harness = DeskHarness()
        harness.round(["full": 1])
        for _ in 0..<100 {
            harness.publish()
            harness.refuse("full")
            harness.pass(.seconds(1))
        }
        #expect(harness.desk.refusedCount == 1)
        harness.round([:], windows: [30])
        #expect(harness.desk.refusedCount == 0)
    }

    @Test func `one that breaks the connection again and again is left out for ten minutes, the others are published`()
    {
        var harness = DeskHarness()
        harness.round(["bad": 1, "good": 1])
        var breaks = 0
        for _ in 0..<100 {
            let published = harness.publish()
            if published.contains("bad 1") {
                harness.breakConnection()
                breaks += 1
            } else if published.contains("good 1") {
                harness.confirm("good")
            }
            harness.pass(.seconds(1))
        }
        #expect(harness.confirmed() == ["good 1"])
        let losses = harness.desk.takeLosses()
        #expect(losses[.error]?.count == 1)
        harness.round(["bad": 2, "good": 2])
        #expect(harness.publish() == ["good 2"])
        harness.confirm("good")
        let before = breaks
        harness.pass(.seconds(600))
        harness.round(["bad": 3])
        #expect(harness.publish() == ["bad 3"])
        #expect(before == 4)
        harness.confirm("bad")
        #expect(harness.confirmed() == ["good 2", "bad 3"])
    }

    @Test func `a connection that an operator closed makes nobody a suspect`() {
        var harness = DeskHarness()
        harness.round(["a": 1, "b": 1])
        harness.publish()
        harness.breakConnection(isAccident: true)
        #expect(harness.publish() == ["a 1", "b 1"])
    }
}
