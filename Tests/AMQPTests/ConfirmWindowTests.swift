import Testing

@testable import AMQP

struct ConfirmWindowTests {
    @Test func `a multiple confirm settles everything before it once`() {
        var window = ConfirmWindow()
        var outcomes: [PublishOutcome] = []
        for _ in 1...5 { _ = window.add(fingerprint: 0) }
        #expect(window.settle(2, multiple: false, isRejection: true, into: &outcomes))
        #expect(window.settle(4, multiple: true, isRejection: false, into: &outcomes))
        #expect(outcomes == [.rejected(2), .confirmed(1), .confirmed(3), .confirmed(4)])
        #expect(window.openCount == 1)
        #expect(window.settle(0, multiple: true, isRejection: false, into: &outcomes))
        #expect(outcomes.last == .confirmed(5))
    }

    @Test func `a returned message is not confirmed by its acknowledgement`() {
        var window = ConfirmWindow()
        var outcomes: [PublishOutcome] = []
        for fingerprint: UInt64 in [7, 8, 7] { _ = window.add(fingerprint: fingerprint) }
        #expect(window.markReturned(fingerprint: 8) == 2)
        #expect(window.markReturned(fingerprint: 8) == nil)
        #expect(window.settle(3, multiple: true, isRejection: false, into: &outcomes))
        #expect(outcomes == [.confirmed(1), .confirmed(3)])
    }

    @Test func `a confirm for what is not open is refused`() {
        var window = ConfirmWindow()
        var outcomes: [PublishOutcome] = []
        _ = window.add(fingerprint: 0)
        #expect(!window.settle(2, multiple: true, isRejection: false, into: &outcomes))
        #expect(window.settle(1, multiple: false, isRejection: false, into: &outcomes))
        #expect(!window.settle(1, multiple: false, isRejection: false, into: &outcomes))
        #expect(outcomes == [.confirmed(1)])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `whatever the order of confirms, each message gets exactly one outcome`(seed: UInt64) {
        var state = seed
        func random(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var window = ConfirmWindow()
        var outcomes: [PublishOutcome] = []
        var open: Set<UInt64> = []
        for _ in 0..<20_000 {
            if open.isEmpty || random(below: 3) > 0 {
                open.insert(window.add(fingerprint: 0))
            } else if let tag = open.min(), random(below: 2) == 0 {
                let last = min(tag + UInt64(random(below: 20)), window.nextSequence - 1)
                #expect(window.settle(last, multiple: true, isRejection: random(below: 5) == 0, into: &outcomes))
                open = open.filter { $0 > last }
            } else if let tag = open.randomElement() {
                #expect(window.settle(tag, multiple: false, isRejection: false, into: &outcomes))
                open.remove(tag)
            }
        }
        #expect(window.openCount == open.count)
        #expect(Set(outcomes.map(\.sequence)).count == outcomes.count)
        #expect(outcomes.count + open.count == Int(window.nextSequence - 1))
    }
}
