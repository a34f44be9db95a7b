import Testing

@testable import Ingest

struct UnacknowledgedWorkTests {
    @Test func `the oldest is the first chunk that has something open`() {
        var work = UnacknowledgedWork()
        var ledger = AcknowledgementLedger()
        #expect(work.oldest(firstOpen: ledger.firstOpen) == nil)
        work.arrived(upTo: 3, receivedAt: 100)
        work.arrived(upTo: 5, receivedAt: 200)
        #expect(ledger.openCount(upTo: work.lastTag) == 5)
        #expect(work.oldest(firstOpen: ledger.firstOpen) == 100)
        _ = ledger.acknowledge(upTo: 3)
        #expect(ledger.openCount(upTo: work.lastTag) == 2)
        #expect(work.oldest(firstOpen: ledger.firstOpen) == 200)
        _ = ledger.acknowledge(upTo: 5)
        #expect(ledger.openCount(upTo: work.lastTag) == 0)
        #expect(work.oldest(firstOpen: ledger.firstOpen) == nil)
    }

    @Test func `a delivery that waits for its receipt is open although its neighbours are not`() {
        var work = UnacknowledgedWork()
        var ledger = AcknowledgementLedger()
        work.arrived(upTo: 2, receivedAt: 100)
        work.arrived(upTo: 4, receivedAt: 200)
        ledger.hold(2)
        _ = ledger.acknowledge(upTo: 4)
        #expect(ledger.openCount(upTo: work.lastTag) == 1)
        #expect(work.oldest(firstOpen: ledger.firstOpen) == 100)
        _ = ledger.release(2)
        #expect(ledger.openCount(upTo: work.lastTag) == 0)
        #expect(work.oldest(firstOpen: ledger.firstOpen) == nil)
    }
}
