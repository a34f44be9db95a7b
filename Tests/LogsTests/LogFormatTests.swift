import Logging
import Testing

@testable import Logs

@Suite struct LogFormatTests {
    private let line = LogLine(.warning, "paused", [.init("cause", "disk_low"), .init("error", "no \"room\"\nleft")])

    @Test func `text has a time, a level, and values that stay on the line`() {
        let text = LogFormat(isJSON: false, isJournal: false).text(of: line, at: 1_770_638_400_000_000)
        #expect(text.hasPrefix("2026-02-09T12:00:00"))
        #expect(text.hasSuffix(#" warning paused cause=disk_low error="no \"room\"\nleft""#))
        #expect(!text.contains("\n"))
    }

    @Test func `the journal gets a priority and no second time`() {
        let text = LogFormat(isJSON: false, isJournal: true).text(of: line, at: 0)
        #expect(text.hasPrefix("<4>paused cause=disk_low "))
    }

    @Test(arguments: zip(Logger.Level.allCases, [7, 7, 6, 5, 4, 3, 2]))
    func `every level has its priority`(level: Logger.Level, priority: Int) {
        let format = LogFormat(isJSON: true, isJournal: true)
        #expect(format.text(of: LogLine(level, "x"), at: 0).hasPrefix("<\(priority)>{"))
    }

    @Test func `a summary tells how often and in how long`() {
        var summary = line
        summary.repeated = LogLine.Repetition(times: 57, seconds: 60)
        let text = LogFormat(isJSON: false, isJournal: true).text(of: summary, at: 0)
        #expect(text.hasPrefix("<4>paused: 57 more times in the last 60 s cause=disk_low"))
        let json = LogFormat(isJSON: true, isJournal: false).text(of: summary, at: 0)
        #expect(json.contains(#""message":"paused","repeated":57,"seconds":60,"cause":"disk_low""#))
    }

    @Test func `what would move a terminal's cursor is spelled out`() {
        let text = LogFormat(isJSON: false, isJournal: true).text(
            of: LogLine(.info, "a\u{1B}[2Jb", [.init("k", "x\u{85}y\u{2028}z")]), at: 0)
        #expect(text == #"<6>a\u{1b}[2Jb k="x\u0085y\u2028z""#)
    }

    @Test(arguments: [true, false])
    func `a line is never so long that the journal breaks it in two`(isJSON: Bool) {
        let long = String(repeating: "<0>\u{E0041}", count: 50_000)
        let text = LogFormat(isJSON: isJSON, isJournal: true).text(of: LogLine(.info, long, [.init("k", long)]), at: 0)
        #expect(text.utf8.count < 48 << 10)
    }
}
