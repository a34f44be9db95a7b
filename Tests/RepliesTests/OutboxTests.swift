import Events
import Replies
internal import Status
import Testing

struct OutboxTests {
    @Test func `what the broker confirms is settled in the order of the confirms`() {
        var harness = OutboxHarness()
        for ticket in 1...3 { harness.owe("q\(ticket)", ticket: ticket) }
        #expect(harness.publish() == ["q1", "q2", "q3"])
        #expect(harness.publish() == [])
        harness.confirm("q2", "q1")
        #expect(harness.outbox.takeSettled().map(\.ticket) == [2, 1])
        #expect(harness.outbox.count == 1 && harness.outbox.underWayCount == 1)
        harness.confirm("q3")
        #expect(harness.outbox.isEmpty && harness.outbox.bytes == 0 && harness.outbox.oldest == nil)
    }

    @Test func `nobody waits for what comes back`() {
        var harness = OutboxHarness()
        harness.owe("gone")
        harness.publish()
        harness.giveBack("gone")
        #expect(harness.settled() == [.noQueue])
        #expect(harness.outbox.takeLosses() == [.noQueue: Loss(count: 1, example: "gone")])
        #expect(harness.outbox.takeLosses().isEmpty)
    }

    @Test func `a queue that refuses is tried a limited number of times, with growing pauses, beside the others`() {
        var harness = OutboxHarness()
        harness.owe("full")
        var pauses: [Duration] = []
        var last = harness.now
        for number in 1...8 {
            while harness.publish() != ["full"] { harness.pass(.milliseconds(50)) }
            pauses.append(harness.now - last)
            last = harness.now
            harness.owe("good\(number)")
            #expect(harness.publish() == ["good\(number)"])
            harness.confirm("good\(number)")
            harness.refuse("full")
        }
        #expect(pauses.dropFirst() == [250, 500, 1000, 2000, 4000, 8000, 16000].map { Duration.milliseconds($0) }[...])
        #expect(harness.settled() == Array(repeating: nil, count: 8) + [.refused])
        #expect(harness.outbox.isEmpty)
    }

    @Test func `what breaks the connection is found and costs nothing but itself`() {
        var harness = OutboxHarness()
        for number in 1...20 { harness.owe("q\(number)") }
        harness.owe("bad")
        for number in 21...40 { harness.owe("q\(number)") }
        let published = harness.run(culprits: ["bad"])
        #expect(harness.settled().filter { $0 == nil }.count == 40)
        #expect(harness.outbox.takeLosses() == [.error: Loss(count: 1, example: "bad")])
        // Together with the others, then alone until it is given up.
        #expect(published["bad"] == 9)
        #expect((1...40).allSatisfy { published["q\($0)"] == 2 })
    }

    @Test func `new ones go on while suspects are tried`() {
        var harness = OutboxHarness()
        harness.owe("bad", "bystander")
        harness.publish()
        harness.breakConnection()
        harness.owe("new")
        #expect(harness.publish() == ["new"])
        // A suspect goes alone, when nothing else is under way.
        #expect(harness.publish() == [])
        harness.confirm("new")
        #expect(harness.publish() == ["bad"])
        harness.owe("newer")
        #expect(harness.publish() == [])
        harness.breakConnection()
        #expect(harness.publish() == ["newer"])
        harness.confirm("newer")
        #expect(harness.publish() == ["bystander"])
    }

    @Test func `suspects get their turn under a stream of new ones`() {
        var harness = OutboxHarness()
        harness.owe("a", "b")
        harness.publish()
        harness.breakConnection()
        var turns: [[String]] = []
        for number in 1...6 {
            harness.owe("new\(number)")
            let names = harness.publish()
            turns.append(names)
            for name in names { harness.confirm(name) }
        }
        #expect(turns.contains(["a"]) && turns.contains(["b"]))
        #expect(harness.outbox.takeLosses().isEmpty)
    }

    @Test func `an operator who closes the connection makes nobody suspect`() {
        var harness = OutboxHarness()
        harness.owe("a", "b")
        harness.publish()
        harness.breakConnection(isAccident: true)
        #expect(harness.publish() == ["a", "b"])
        harness.breakConnection()
        #expect(harness.publish() == ["a"])
    }

    @Test func `what was taken and not sent is no suspect`() {
        var harness = OutboxHarness()
        harness.owe("a", "b")
        let due = harness.outbox.takeDue(harness.now)
        harness.outbox.published(due[0].id, as: 1, now: harness.now)
        harness.breakConnection()
        // It was alone under way: it has failed by itself.
        #expect(harness.publish() == ["b"])
        harness.confirm("b")
        harness.pass(.milliseconds(250))
        #expect(harness.publish() == ["a"])
    }

    @Test func `what the broker does not confirm ends the connection and is tried again, and its neighbours with it`() {
        var harness = OutboxHarness { $0.tries = 2 }
        let start = harness.now
        harness.owe("silent")
        harness.publish()
        harness.pass(.seconds(20))
        harness.owe("young")
        harness.publish()
        #expect(harness.outbox.giveUpUnconfirmed(takingSince: start, now: harness.now) == false)
        harness.pass(.seconds(10))
        // Blocked until now, it had no time to confirm.
        #expect(harness.outbox.giveUpUnconfirmed(takingSince: harness.now, now: harness.now) == false)
        #expect(harness.outbox.giveUpUnconfirmed(takingSince: start, now: harness.now) == true)
        #expect(harness.publish() == ["young"])
        harness.pass(.milliseconds(250))
        #expect(harness.publish() == ["silent"])
        harness.pass(.seconds(30))
        #expect(harness.outbox.giveUpUnconfirmed(takingSince: start, now: harness.now) == true)
        #expect(harness.settled() == [.unconfirmed])
    }

    @Test func `a late confirm for what was given up changes nothing`() {
        var harness = OutboxHarness()
        harness.owe("slow")
        harness.publish()
        harness.pass(.seconds(300))
        harness.outbox.keepWithinLimits(now: harness.now)
        #expect(harness.settled() == [.expired])
        harness.confirm("slow")
        #expect(harness.settled() == [])
        #expect(harness.outbox.underWayCount == 0)
    }

    @Test func `what does not fit into a message is given up at once`() {
        var harness = OutboxHarness()
        harness.owe("a", "b")
        let due = harness.outbox.takeDue(harness.now)
        harness.outbox.cannotPublish(due[0].id)
        #expect(harness.settled() == [.invalid])
        #expect(harness.outbox.count == 1)
    }

    @Test func `the daemon never answers itself`() {
        var harness = OutboxHarness()
        harness.owe(
            "profiler-telemetry", "intelligence-events", "telemetry-metrics-requests", "telemetry-aggregates",
            "telemetry-ingest-lock")
        #expect(harness.publish() == ["telemetry-aggregates"])
        #expect(harness.settled() == [.ownQueue, .ownQueue, .ownQueue, .ownQueue])
    }

    @Test func `bytes that are no text come out as they went in`() {
        var outbox = Outbox<Int>()
        let bytes = [UInt8](repeating: 0xFF, count: 86).withUnsafeBytes { ShortText($0) }
        outbox.add(OutgoingMessage(replyTo: bytes, correlationID: bytes, type: "receipt", document: "{}"), for: 1)
        let message = outbox.takeDue()[0].message
        #expect(message.routingKey.bytes == bytes.bytes && message.correlationID?.bytes == bytes.bytes)
    }

    @Test func `what was learnt outlives the outbox that was abandoned`() {
        var harness = OutboxHarness { $0.tries = 3 }
        harness.owe("bad", ticket: 7)
        harness.publish()
        harness.breakConnection()
        let known = harness.outbox.abandon()
        #expect(known.map(\.ticket) == [7])
        #expect(harness.outbox.isEmpty && harness.settled() == [])
        harness.owe("bad", ticket: 7, history: known[0].history)
        #expect(harness.publish() == ["bad"])
        harness.breakConnection()
        harness.pass(.seconds(1))
        #expect(harness.publish() == ["bad"])
        harness.breakConnection()
        #expect(harness.settled() == [.error])
    }

    @Test func `only RabbitMQ's direct reply-to is not mandatory`() {
        func isMandatory(_ name: ShortText) -> Bool {
            OutgoingMessage(replyTo: name, correlationID: nil, type: "receipt", document: "").isMandatory
        }
        #expect(!isMandatory("amq.rabbitmq.reply-to.g1h2.x=="))
        #expect(isMandatory("amq.rabbitmq.reply-to") && isMandatory("replies"))
    }
}
