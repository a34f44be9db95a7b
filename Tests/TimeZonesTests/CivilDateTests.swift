import Testing

@testable import TimeZones

@Suite struct CivilDateTests {
    @Test func `days and dates are two names of the same`() {
        #expect(CivilDate(days: 0) == CivilDate(year: 1970, month: 1, day: 1))
        #expect(CivilDate(year: 2000, month: 2, day: 29).days == 11_016)
        #expect(CivilDate(days: -1) == CivilDate(year: 1969, month: 12, day: 31))
        for days in stride(from: Int64(-800_000), to: 800_000, by: 371) { #expect(CivilDate(days: days).days == days) }
    }

    @Test(arguments: [
        "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-32", "26-01-01", "2026-1-1", "2026-01-01Z", "", "2026/01/01",
        "-026-01-01", "2026--1-01", "0000-01-01", "२०२६-०१-०१",
    ])
    func `what is no date is read as none`(text: String) { #expect(CivilDate(text) == nil) }

    @Test func `a date is read`() {
        #expect(CivilDate("2024-02-29") == CivilDate(year: 2024, month: 2, day: 29))
        #expect(CivilDate("9999-12-31") == CivilDate(year: 9999, month: 12, day: 31))
    }
}
