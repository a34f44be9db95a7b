import Logging
import Testing

@testable import Logs

@Suite struct RepeatSummaryTests {
    private let start = ContinuousClock.now
    private let trouble = LogLine(.warning, "could not connect", [.init("cause", "broker"), .init("attempt", "1")])

    @Test func `trouble is said at once, then counted, and the count is said when the period has ended`() throws {
        var repeats = RepeatSummary()
        #expect(repeats.admit(trouble, now: start).isWritten)
        #expect(repeats.nextDue == nil)
        for second in 1...57 {
            #expect(!repeats.admit(trouble, now: start + .seconds(second)).isWritten)
        }
        #expect(repeats.nextDue == start + .seconds(60))
        #expect(repeats.takeDue(now: start + .seconds(59)).isEmpty)
        let summary = try #require(repeats.takeDue(now: start + .seconds(60)).first)
        #expect(summary.message == "could not connect")
        #expect(summary.repeated == LogLine.Repetition(times: 57, seconds: 60))
    }

    @Test
    func `trouble that goes on is one line a period, and trouble that stopped is said at once when it comes again`() {
        var repeats = RepeatSummary()
        var written = 0
        var counted = 0
        for second in 0..<600 {
            let (isWritten, before) = repeats.admit(trouble, now: start + .seconds(second))
            written += isWritten ? 1 : 0
            counted += before.reduce(0) { $0 + ($1.repeated?.times ?? 0) }
        }
        counted += repeats.takeAll(now: start + .seconds(600)).reduce(0) { $0 + ($1.repeated?.times ?? 0) }
        #expect(written == 1)
        #expect(written + counted == 600)
        _ = repeats.takeDue(now: start + .seconds(700))
        #expect(repeats.admit(trouble, now: start + .seconds(701)).isWritten)
    }

    @Test func `cause and error tell two troubles apart, a counter beside them does not`() {
        var repeats = RepeatSummary()
        #expect(repeats.admit(trouble, now: start).isWritten)
        var other = trouble
        other.fields[1] = .init("attempt", "2")
        #expect(!repeats.admit(other, now: start).isWritten)
        other.fields[0] = .init("cause", "disk_full")
        #expect(repeats.admit(other, now: start).isWritten)
        other.level = .error
        #expect(repeats.admit(other, now: start).isWritten)
    }

    @Test func `without cause and error all fields tell two troubles apart`() {
        var repeats = RepeatSummary()
        #expect(repeats.admit(LogLine(.warning, "odd", [.init("queue", "a")]), now: start).isWritten)
        #expect(repeats.admit(LogLine(.warning, "odd", [.init("queue", "b")]), now: start).isWritten)
        #expect(!repeats.admit(LogLine(.warning, "odd", [.init("queue", "a")]), now: start).isWritten)
    }

    @Test func `what is no trouble, what is fatal and what counts messages itself always passes`() {
        var repeats = RepeatSummary()
        let lines = [
            LogLine(.notice, "consuming"), LogLine(.info, "x"), LogLine(.critical, "stopped"),
            LogLine(.warning, "quarantined", [.init("messages", "1"), .init("reasons", "not_json 1")]),
        ]
        for line in lines + lines { #expect(repeats.admit(line, now: start).isWritten) }
    }

    @Test func `a flood of different troubles keeps a bounded number of them and loses no count`() {
        var repeats = RepeatSummary()
        var said = 0
        for number in 0..<10_000 {
            let line = LogLine(.error, "failed", [.init("error", "\(number)")])
            for _ in 0..<2 {
                let (isWritten, before) = repeats.admit(line, now: start + .milliseconds(number))
                said += (isWritten ? 1 : 0) + before.reduce(0) { $0 + ($1.repeated?.times ?? 0) }
            }
        }
        let rest = repeats.takeAll(now: start + .seconds(11))
        #expect(rest.count <= RepeatSummary.capacity)
        said += rest.reduce(0) { $0 + ($1.repeated?.times ?? 0) }
        #expect(said == 20_000)
    }
}
