import Events
import Foundation
import Testing

@Suite struct RFC3339Tests {
    private func time(_ text: String) -> Timestamp? { try? RFC3339.parse(text).get() }

    private func failure(_ text: String) -> RFC3339.Failure? {
        if case .failure(let failure) = RFC3339.parse(text) { failure } else { nil }
    }

    @Test func `random times read as Foundation wrote them, and are written as it writes them`() {
        var random = SeededRandom(seed: 20_260_209)
        let formatter = ISO8601DateFormatter()
        for _ in 0..<5000 {
            let seconds = Int64.random(in: -62_135_596_800...253_402_300_799, using: &random)
            let minutes = Int.random(in: -23 * 60 - 59...23 * 60 + 59, using: &random)
            let date = Date(timeIntervalSince1970: Double(seconds))
            formatter.timeZone = TimeZone(secondsFromGMT: 0)
            let written = formatter.string(from: date)
            // Foundation changes to the Julian calendar before 1582; RFC 3339's calendar does not.
            guard seconds > -12_219_292_800 else { continue }
            #expect(time(written) == seconds * 1_000_000)
            #expect(RFC3339.text(seconds * 1_000_000) == written.dropLast() + ".000000Z")
            let shifted = formatter.string(from: date.addingTimeInterval(Double(minutes * 60)))
            let offset = String(
                format: "%@%02d:%02d", minutes < 0 ? "-" : "+", abs(minutes) / 60, abs(minutes) % 60)
            #expect(time(shifted.dropLast() + offset) == seconds * 1_000_000, "\(shifted) \(offset)")
        }
    }

    @Test func `what is written reads back as the same microsecond`() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<5000 {
            let moment = Timestamp.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random)
            #expect(time(RFC3339.text(moment)) == moment)
        }
    }

    @Test(arguments: [
        ("2026-02-09T12:00:00Z", 0), ("2026-02-09t12:00:00z", 0), ("2026-02-09 12:00:00Z", 0),
        ("2026-02-09T12:00:00-00:00", 0), ("2026-02-09T13:00:00.5+01:00", 500_000), ("2026-02-08T22:00:00-14:00", 0),
        ("2026-02-09T12:00:00.000001Z", 1), ("2026-02-09T12:00:00.0000019Z", 1),
        ("2026-02-09T12:00:00.123456789Z", 123_456),
        ("2026-02-10T11:59:00+23:59", 0),
    ])
    func `the forms that RFC 3339 allows are read`(text: String, microseconds: Timestamp) {
        #expect(time(text) == 1_770_638_400_000_000 + microseconds)
    }

    @Test(arguments: [
        ("", RFC3339.Failure.malformed), ("2026-02-09", .malformed), ("2026-02-09T12:00Z", .malformed),
        ("2026-02-09T12:00:00.Z", .malformed), ("2026-02-09T12:00:00,5Z", .malformed),
        ("2026-2-09T12:00:00Z", .malformed),
        ("2026-02-09T12:00:00ZZ", .malformed), ("2026-02-09T12:00:00+3:00", .malformed),
        ("2026-02-09T12:00:00+0300", .malformed), ("2026-02-09T12:00:00+03:0x", .malformed),
        ("+026-02-09T12:00:00Z", .malformed), ("2026-02-09T1/:00:00Z", .malformed),
        ("2026-02-09X12:00:00Z", .malformed),
        ("2026-02-09T12:00:00", .offsetMissing), ("2026-02-09T12:00:00.123", .offsetMissing),
        ("2026-02-09T12:00:00.1234567890Z", .tooManyDigits),
        ("2026-00-09T12:00:00Z", .noSuchDay), ("2026-13-09T12:00:00Z", .noSuchDay),
        ("2026-02-29T12:00:00Z", .noSuchDay),
        ("1900-02-29T12:00:00Z", .noSuchDay), ("2026-04-31T12:00:00Z", .noSuchDay),
        ("2026-01-00T12:00:00Z", .noSuchDay),
        ("0000-01-01T12:00:00Z", .noSuchDay),
        ("2026-02-09T24:00:00Z", .noSuchTime), ("2026-02-09T12:60:00Z", .noSuchTime),
        ("2026-02-09T12:00:61Z", .noSuchTime),
        ("2026-02-09T12:00:00+24:00", .noSuchTime), ("2026-02-09T12:00:00+12:60", .noSuchTime),
        ("2026-02-09T12:00:60Z", .noSuchTime),
    ])
    func `what is no time is told apart`(text: String, expected: RFC3339.Failure) {
        #expect(failure(text) == expected)
        #expect(!expected.explanation.isEmpty)
    }

    @Test func `leap days exist every four years but in three of four centuries`() {
        #expect(time("2024-02-29T00:00:00Z") != nil)
        #expect(time("2000-02-29T00:00:00Z") != nil)
        #expect(time("2100-02-29T00:00:00Z") == nil)
    }

    @Test func `a leap second is the last microsecond of its minute`() throws {
        let next = try #require(time("2017-01-01T00:00:00Z"))
        #expect(time("2016-12-31T23:59:60Z") == next - 1)
        #expect(time("2016-12-31T23:59:60.75Z") == next - 1)
        #expect(time("2017-01-01T02:59:60+03:00") == next - 1)
    }
}

/// SplitMix64: the same numbers in every run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
