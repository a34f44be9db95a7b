import Testing

@testable import Ingest

@Suite struct AcknowledgementLedgerTests {
    private func upTo(_ tag: UInt64) -> Acknowledgement { Acknowledgement(tag: tag, includesEarlier: true) }
    private func only(_ tag: UInt64) -> Acknowledgement { Acknowledgement(tag: tag, includesEarlier: false) }

    @Test func `with nothing held one acknowledgement settles a batch`() {
        var ledger = AcknowledgementLedger()
        #expect(ledger.acknowledge(upTo: 500) == [upTo(500)])
        #expect(ledger.acknowledge(upTo: 700) == [upTo(700)])
    }

    @Test func `a held delivery is never taken along`() {
        var ledger = AcknowledgementLedger()
        ledger.hold(3)
        #expect(ledger.acknowledge(upTo: 5) == [upTo(2), only(4), only(5)])
        #expect(ledger.acknowledge(upTo: 6) == [only(6)])
        #expect(ledger.release(3) == only(3))
        #expect(ledger.acknowledge(upTo: 9) == [upTo(9)])
    }

    @Test func `a delivery released before its batch is settled goes with the batch`() {
        var ledger = AcknowledgementLedger()
        ledger.hold(2)
        #expect(ledger.release(2) == nil)
        #expect(ledger.acknowledge(upTo: 3) == [upTo(3)])
        #expect(ledger.release(2) == nil)
    }

    /// Against a model: whatever is held and released in whatever order, exactly the durable and unheld tags are acknowledged, once.
    @Test(arguments: 0..<50)
    func `exactly what is durable and not held is acknowledged`(seed: Int) {
        var ledger = AcknowledgementLedger()
        var acknowledged: Set<UInt64> = []
        var held: Set<UInt64> = []
        var floor: UInt64 = 0
        func apply(_ acknowledgement: Acknowledgement) {
            let tags =
                acknowledgement.includesEarlier
                ? Set(1...acknowledgement.tag).subtracting(acknowledged) : [acknowledgement.tag]
            #expect(tags.isDisjoint(with: held))
            #expect(tags.isDisjoint(with: acknowledged))
            acknowledged.formUnion(tags)
        }
        for _ in 0..<60 {
            let last = floor + UInt64.random(in: 1...20)
            for tag in (floor + 1)...last where Int.random(in: 0..<8) == 0 {
                held.insert(tag)
                ledger.hold(tag)
            }
            ledger.acknowledge(upTo: last).forEach(apply)
            floor = last
            for tag in held where Int.random(in: 0..<3) == 0 {
                held.remove(tag)
                if let released = ledger.release(tag) { apply(released) }
            }
            #expect(acknowledged == Set(1...floor).subtracting(held))
        }
    }
}
