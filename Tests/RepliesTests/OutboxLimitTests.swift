internal import Events
import Replies
internal import Status
import Testing

/// What is owed never holds up those who owe it.
struct OutboxLimitTests {
    @Test func `a burst is not too much while the broker takes it`() {
        var harness = OutboxHarness { $0.late = 10 }
        for number in 0..<8000 { harness.owe("q\(number)") }
        #expect(harness.publish().count == 8000)
        harness.pass(.seconds(4))
        harness.outbox.keepWithinLimits(now: harness.now)
        #expect(harness.outbox.count == 8000)
    }

    @Test func `while the broker takes nothing, the oldest give way`() {
        var harness = OutboxHarness { $0.late = 10 }
        for number in 0..<100 { harness.owe("q\(number)") }
        harness.publish()
        harness.pass(.seconds(5))
        harness.outbox.keepWithinLimits(now: harness.now)
        #expect(harness.outbox.count == 10)
        // From now on at once: nobody waits another five seconds.
        for number in 0..<100 { harness.owe("new\(number)") }
        #expect(harness.outbox.count == 10)
        #expect(harness.outbox.takeLosses() == [.overflow: Loss(count: 190, example: "new89")])
        harness.publish()
        harness.confirm("new99")
        for number in 0..<100 { harness.owe("after\(number)") }
        #expect(harness.outbox.count == 109)
    }

    @Test func `no more are owed than may be, whether the broker takes them or not`() {
        var harness = OutboxHarness { $0.count = 10 }
        for number in 0..<25 { harness.owe("q\(number)") }
        #expect(harness.outbox.count == 10 && harness.publish().count == 10)
        #expect(harness.outbox.takeLosses() == [.overflow: Loss(count: 15, example: "q14")])
    }

    @Test func `all can be given up at once, and what was under way with it`() {
        var harness = OutboxHarness()
        harness.owe("a", "b")
        harness.publish()
        harness.owe("c")
        harness.outbox.dropAll(.unavailable)
        #expect(harness.outbox.isEmpty && harness.outbox.bytes == 0 && harness.outbox.underWayCount == 0)
        #expect(harness.outbox.takeLosses()[.unavailable]?.count == 3)
        #expect(harness.settled() == [.unavailable, .unavailable, .unavailable])
        harness.confirm("a")
        harness.owe("d")
        #expect(harness.publish() == ["d"])
        harness.outbox.countLosses(7, .overflow, example: "x")
        harness.outbox.countLosses(0, .loop, example: "x")
        #expect(harness.outbox.takeLosses() == [.overflow: Loss(count: 7, example: "x")])
    }

    @Test func `a few that are refused say nothing about the broker`() {
        var harness = OutboxHarness { $0.late = 10 }
        harness.owe("full")
        for _ in 0..<6 {
            while harness.publish().isEmpty { harness.pass(.milliseconds(250)) }
            harness.refuse("full")
        }
        harness.pass(.seconds(7))
        for number in 0..<100 { harness.owe("q\(number)") }
        #expect(harness.outbox.count == 101 && harness.outbox.takeLosses().isEmpty)
    }

    @Test func `a full queue that many are owed to keeps no more than may wait`() {
        var harness = OutboxHarness { $0.late = 10 }
        for _ in 0..<50 {
            for _ in 0..<20 { harness.owe("full") }
            harness.owe("good")
            for name in harness.publish() { if name == "good" { harness.confirm(name) } else { harness.refuse(name) } }
            harness.outbox.keepWithinLimits(now: harness.now)
            #expect(harness.outbox.count <= 10)
        }
        let losses = harness.outbox.takeLosses()
        #expect(losses[.overflow]?.example == "full" && losses.keys.allSatisfy { $0 == .overflow })
        #expect(harness.settled().filter { $0 == nil }.count == 50)
    }

    @Test func `one that is silent for long gives way to the others`() {
        var harness = OutboxHarness { $0.late = 0 }
        harness.owe("silent")
        harness.publish()
        harness.pass(.seconds(5))
        harness.owe("new")
        #expect(harness.outbox.count == 1)
        #expect(harness.outbox.takeLosses() == [.overflow: Loss(count: 1, example: "silent")])
    }

    @Test func `bytes are bounded whatever there is`() {
        var harness = OutboxHarness { $0.bytes = 10_000 }
        for number in 0..<100 { harness.owe("q\(number)", bytes: 1000) }
        #expect(harness.outbox.bytes <= 10_000 && harness.outbox.count > 5)
        harness.owe("huge", bytes: 20_000)
        #expect(harness.outbox.isEmpty && harness.outbox.bytes == 0)
        harness.owe("small")
        #expect(harness.publish() == ["small"])
    }

    @Test func `nothing is owed for ever`() {
        var harness = OutboxHarness()
        harness.owe("old")
        harness.pass(.seconds(200))
        harness.owe("young")
        harness.pass(.seconds(100))
        harness.outbox.keepWithinLimits(now: harness.now)
        #expect(harness.outbox.takeLosses() == [.expired: Loss(count: 1, example: "old")])
        #expect(harness.publish() == ["young"])
    }

    @Test(arguments: UInt64(1)...20) func `whatever the broker does, everything is settled once and nothing is left`(
        seed: UInt64
    ) {
        var random = Numbers(state: seed)
        var harness = OutboxHarness {
            $0.late = 20
            $0.tries = 3
        }
        var owed = 0
        var settled: [Int] = []
        func turn(_ harness: inout OutboxHarness) {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: harness.breakConnection(isAccident: Bool.random(using: &random))
            case 1: _ = harness.outbox.giveUpUnconfirmed(takingSince: harness.now - .seconds(60), now: harness.now)
            default:
                for name in harness.publish() {
                    switch Int.random(in: 0..<8, using: &random) {
                    case 0: harness.refuse(name)
                    case 1: harness.giveBack(name)
                    case 2: break
                    default: harness.confirm(name)
                    }
                }
            }
            harness.pass(.milliseconds(Int.random(in: 0..<2000, using: &random)))
            harness.outbox.keepWithinLimits(now: harness.now)
            settled += harness.outbox.takeSettled().map(\.ticket)
        }
        for _ in 0..<300 {
            for _ in 0..<Int.random(in: 0..<8, using: &random) {
                owed += 1
                harness.owe("q\(owed)", ticket: owed)
            }
            turn(&harness)
        }
        for _ in 0..<2000 where !harness.outbox.isEmpty { turn(&harness) }
        #expect(settled.sorted() == Array(1...owed))
        #expect(harness.outbox.isEmpty && harness.outbox.underWayCount == 0 && harness.outbox.bytes == 0)
    }
}

/// Numbers that are the same for the same seed (SplitMix64).
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
