import AMQP
import Events
import Replies
internal import Status
import Testing

/// A desk with a clock, a broker and a store that the test plays.
private struct DeskHarness {
    var desk: RequestDesk
    private(set) var now = ContinuousClock.now
    private var tag: UInt64 = 0
    private var sequence: UInt64 = 0
    /// What is under way: its sequence number by where it goes.
    private var underWay: [String: UInt64] = [:]

    init(prefetch: Int = 50) { desk = RequestDesk(prefetch: prefetch, now: now) }

    mutating func pass(_ duration: Duration) { now += duration }

    /// A request whose answer goes to `name`; its tag is one more than that of the request before.
    @discardableResult
    mutating func ask(_ name: String, metric: String = "override_rate", days: Int = 7) -> String? {
        tag += 1
        let body = Array(#"{"metric":"\#(metric)","days":\#(days)}"#.utf8)
        return desk.take(
            tag: tag, replyTo: ShortText(name), correlationID: nil, body: body, bodyBytes: UInt64(body.count), now: now)
    }

    /// The store answers the next question; false where there is none to answer.
    mutating func lookUp(_ document: String? = "{}") -> Bool {
        guard let question = desk.takeQuestion() else { return false }
        desk.answer(question.id, with: document, now: now)
        return true
    }

    /// Publishes what is due; where it goes and as what, in order.
    @discardableResult
    mutating func publish() -> [String] {
        desk.takeDue(now).map { dispatch in
            sequence += 1
            let name = dispatch.message.routingKey.description
            underWay[name] = sequence
            desk.note(dispatch.id, .published(sequence), now: now)
            return "\(name) \(dispatch.message.type)"
        }
    }

    mutating func confirm(_ name: String) {
        if let sequence = underWay.removeValue(forKey: name) { desk.settle(.confirmed(sequence), now: now) }
    }

    mutating func giveBack(_ name: String) {
        guard let sequence = underWay.removeValue(forKey: name) else { return }
        desk.settle(.returned(sequence, code: 312, text: "NO_ROUTE"), now: now)
    }

    /// What is to be acknowledged: `1 answered`.
    mutating func settled() -> [String] { desk.takeSettled(now: now).map { "\($0.tag) \($0.fate)" } }

    /// The connection breaks over what was under way, and another begins, with tags of its own.
    mutating func breakConnection() {
        desk.connectionEnded(isAccident: false, now: now)
        underWay.removeAll()
        tag = 0
    }
}

struct RequestDeskTests {
    @Test func `a request is acknowledged when the broker has its answer`() {
        var harness = DeskHarness()
        harness.ask("a")
        #expect(harness.publish() == [])
        #expect(harness.settled() == [])
        #expect(harness.lookUp() == true)
        #expect(harness.publish() == ["a override_rate"])
        #expect(harness.settled() == [])
        #expect(harness.desk.owedCount == 1)
        harness.confirm("a")
        #expect(harness.settled() == ["1 answered"])
        #expect(harness.settled() == [])
        #expect(harness.desk.owedCount == 0)
        #expect(harness.desk.oldest == nil)
    }

    @Test func `questions are looked up one at a time, in the order they came`() {
        var harness = DeskHarness()
        for name in ["a", "b", "c"] { harness.ask(name) }
        let first = harness.desk.takeQuestion()
        #expect(first != nil)
        #expect(harness.desk.takeQuestion() == nil)
        #expect(harness.desk.isWaitingForStore)
        #expect(harness.desk.owedCount == 3)
        if let first { harness.desk.answer(first.id, with: "{}", now: harness.now) }
        #expect(harness.lookUp() == true)
        #expect(harness.lookUp() == true)
        #expect(harness.lookUp() == false)
        #expect(harness.publish() == ["a override_rate", "b override_rate", "c override_rate"])
    }

    @Test func `a question that cannot be looked up goes behind the others`() {
        var harness = DeskHarness()
        for name in ["a", "b"] { harness.ask(name) }
        #expect(harness.lookUp(nil) == true)
        #expect(harness.lookUp() == true)
        #expect(harness.lookUp() == true)
        #expect(harness.lookUp() == false)
        #expect(harness.publish() == ["b override_rate", "a override_rate"])
    }

    @Test func `what is wrong is answered without the store, while it is being read`() {
        var harness = DeskHarness()
        harness.ask("slow")
        let question = harness.desk.takeQuestion()
        harness.ask("wrong", metric: "overide_rate")
        #expect(question != nil)
        #expect(harness.publish() == ["wrong error"])
        harness.confirm("wrong")
        #expect(harness.settled() == ["2 refused"])
    }

    @Test func `a request that nobody waits for is dropped and acknowledged`() {
        var harness = DeskHarness()
        #expect(harness.ask("") != nil)
        #expect(harness.settled() == ["1 dropped"])
        #expect(harness.ask("gone") == nil)
        #expect(harness.lookUp() == true)
        harness.publish()
        harness.giveBack("gone")
        #expect(harness.settled() == ["2 dropped"])
        let losses = harness.desk.takeLosses()
        #expect(losses.keys.sorted { $0.rawValue < $1.rawValue } == [.noQueue])
    }

    @Test func `a store that never answers keeps no request for ever`() {
        var harness = DeskHarness()
        for name in ["a", "b"] { harness.ask(name) }
        let question = harness.desk.takeQuestion()
        harness.pass(.seconds(200))
        harness.ask("c")
        harness.pass(.seconds(100))
        #expect(harness.settled() == ["1 dropped", "2 dropped"])
        let losses = harness.desk.takeLosses()
        #expect(losses[.expired]?.count == 2)
        // It comes too late for its own request, and is not taken for another's.
        if let question { harness.desk.answer(question.id, with: "late", now: harness.now) }
        #expect(harness.publish() == [])
        #expect(harness.lookUp() == true)
        #expect(harness.publish() == ["c override_rate"])
    }

    @Test func `no other is looked up while too much is to be sent`() {
        var harness = DeskHarness()
        for name in ["a", "b", "c"] { harness.ask(name) }
        let large = String(repeating: "x", count: 9 << 20)
        #expect(harness.lookUp(large) == true)
        #expect(harness.lookUp(large) == true)
        #expect(harness.lookUp(large) == false)
        harness.publish()
        harness.confirm("a")
        #expect(harness.settled() == ["1 answered"])
        #expect(harness.lookUp(large) == true)
    }

    @Test func `an answer over which the connection breaks again and again costs that request and no other`() {
        var harness = DeskHarness()
        var answered: Set<String> = []
        var dropped: [String] = []
        for _ in 0..<40 {
            // The broker hands out again what was not acknowledged.
            let names = ["bad", "good"].filter { !answered.contains($0) && !dropped.contains($0) }
            guard !names.isEmpty else { break }
            for name in names { harness.ask(name) }
            while harness.lookUp() {}
            var isBroken = false
            while !isBroken {
                let published = harness.publish().map { String($0.split(separator: " ")[0]) }
                for name in published where name == "good" { harness.confirm(name) }
                for line in harness.settled() {
                    let name = names[Int(String(line.split(separator: " ")[0]))! - 1]
                    if line.hasSuffix("answered") { answered.insert(name) } else { dropped.append(name) }
                }
                if published.contains("bad") {
                    harness.breakConnection()
                    isBroken = true
                } else if harness.desk.owedCount == 0 {
                    break
                } else {
                    harness.pass(.seconds(1))
                }
            }
        }
        #expect(answered == ["good"])
        #expect(dropped == ["bad"])
    }

    @Test func `an answer that comes after its connection is of no interest`() {
        var harness = DeskHarness()
        harness.ask("a")
        let question = harness.desk.takeQuestion()
        harness.breakConnection()
        harness.ask("a")
        if let question { harness.desk.answer(question.id, with: "old", now: harness.now) }
        #expect(harness.publish() == [])
        #expect(harness.lookUp() == true)
        #expect(harness.publish() == ["a override_rate"])
    }
}
