import Testing

@testable import Ingest

@Suite struct QuarantineSummaryTests {
    private let start = ContinuousClock.now

    @Test func `the first bad messages are said at once, the others together, and no count is lost`() {
        var summary = QuarantineSummary()
        summary.add(["not_json": 2])
        #expect(summary.takeDue(now: start) == .init(messages: 2, reasons: "not_json 2"))
        for batch in 1...10 {
            summary.add(["not_json": 1, "out_of_range": 3])
            #expect(summary.takeDue(now: start + .seconds(batch)) == nil)
        }
        let later = start + QuarantineSummary.period
        #expect(summary.takeDue(now: later) == .init(messages: 40, reasons: "not_json 10, out_of_range 30"))
        #expect(summary.takeDue(now: later + QuarantineSummary.period) == nil)
        summary.add(["too_large": 1])
        #expect(summary.takeDue(now: later + .seconds(1)) == nil)
        #expect(summary.takeAll() == .init(messages: 1, reasons: "too_large 1"))
        #expect(summary.takeAll() == nil)
    }
}
