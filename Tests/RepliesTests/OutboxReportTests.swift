internal import Events
import Logging
import Replies
import Status
import Testing

struct OutboxReportTests {
    private let start = ContinuousClock.now

    @Test func `drops are said at once, then once a minute by cause, and none is left out`() {
        var report = OutboxReport(.receipts)
        func said(after seconds: Int, isLast: Bool = false) -> [[String: String]] {
            report.takeNotices(
                owed: 0, oldest: nil, trouble: nil, isLast: isLast, now: start + .seconds(seconds)
            ).map(\.fields)
        }
        report.add([.refused: Loss(count: 2, example: "full")])
        #expect(
            said(after: 0) == [
                ["cause": "refused", "error": "the queue refuses it", "messages": "2", "example": "full"]
            ])
        report.add([.refused: Loss(count: 3, example: "full"), .expired: Loss(count: 1, example: "old")])
        report.add([.refused: Loss(count: 4, example: "fuller")])
        #expect(said(after: 59).map { $0["cause"] } == ["expired"])
        #expect(said(after: 60).map { $0["messages"] } == ["7"])
        #expect(said(after: 1000).isEmpty)
        report.add([.refused: Loss(count: 1, example: "x")])
        #expect(said(after: 1000).count == 1)
        report.add([.refused: Loss(count: 1, example: "x")])
        #expect(said(after: 1001).isEmpty)
        #expect(said(after: 1001, isLast: true).count == 1)
    }

    @Test func `a requester that has gone is no warning`() {
        var report = OutboxReport(.answers)
        report.add([.noQueue: Loss(count: 1, example: "gone")])
        #expect(report.takeNotices(owed: 0, oldest: nil, trouble: nil, now: start).map(\.level) == [.info])
    }

    @Test func `what hangs is said once a minute, and when it is over`() {
        var report = OutboxReport(.receipts)
        func said(after seconds: Int, oldest: ContinuousClock.Instant?) -> [String] {
            report.takeNotices(owed: 3, oldest: oldest, trouble: "why", now: start + .seconds(seconds)).map(\.text)
        }
        #expect(said(after: 29, oldest: start).isEmpty)
        #expect(said(after: 30, oldest: start) == ["receipts are held up"])
        #expect(said(after: 89, oldest: start).isEmpty)
        #expect(said(after: 90, oldest: start) == ["receipts are held up"])
        #expect(said(after: 91, oldest: nil) == ["receipts are not held up any more"])
        #expect(said(after: 92, oldest: nil).isEmpty)
    }

    @Test func `health names what has hung for half a minute`() {
        let status = ReplyStatus()
        #expect(status.troubles.isEmpty)
        status.change(.receipts) { traffic in
            traffic.owed = 12
            traffic.oldest = .now - .seconds(132)
        }
        #expect(
            status.troubles == [
                "12 receipts held up, the oldest for 132 s: the reply queues refuse them or do not confirm them"
            ])
        status.note(.receipts, trouble: "the broker takes nothing: low on memory")
        #expect(
            status.troubles == ["12 receipts held up, the oldest for 132 s: the broker takes nothing: low on memory"])
        status.change(.receipts) { $0.owed = 0 }
        // The trouble alone is too young to be told.
        #expect(status.troubles.isEmpty)
    }
}
