import Testing

@testable import TimeZones

@Suite struct YearlyRuleTests {
    /// Seconds since the epoch.
    private func time(_ year: Int64, _ month: Int64, _ day: Int64, _ hour: Int64 = 0, _ minute: Int64 = 0) -> Int64 {
        CivilDate(year: year, month: month, day: day).days * 86_400 + hour * 3600 + minute * 60
    }

    @Test func `the clocks of Berlin are set in March and October`() throws {
        let rule = try #require(YearlyRule("CET-1CEST,M3.5.0,M10.5.0/3"))
        #expect(rule.period(at: time(2026, 1, 1)).offset == 3600)
        #expect(
            rule.period(at: time(2026, 7, 1))
                == TimeZone.Period(start: time(2026, 3, 29, 1), end: time(2026, 10, 25, 1), offset: 7200))
        #expect(rule.period(at: time(2026, 10, 25, 1)).offset == 3600)
        #expect(rule.period(at: time(2026, 10, 25, 1) - 1).offset == 7200)
    }

    @Test func `in the south summer goes over the new year`() throws {
        let rule = try #require(YearlyRule("AEST-10AEDT,M10.1.0,M4.1.0/3"))
        #expect(
            rule.period(at: time(2027, 1, 1))
                == TimeZone.Period(start: time(2026, 10, 3, 16), end: time(2027, 4, 3, 16), offset: 39_600))
    }

    @Test func `half hours, names in angle brackets, and a summer that is behind`() throws {
        #expect(YearlyRule("<+0545>-5:45")?.period(at: 0).offset == 20_700)
        #expect(YearlyRule("<-03>3")?.period(at: 0) == TimeZone.Period(start: .min, end: .max, offset: -10_800))
        let lordHowe = try #require(YearlyRule("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"))
        #expect(lordHowe.period(at: time(2026, 1, 1)).offset == 39_600)
        let dublin = try #require(YearlyRule("IST-1GMT0,M10.5.0,M3.5.0/1"))
        #expect(dublin.period(at: time(2026, 7, 1)).offset == 3600)
        #expect(dublin.period(at: time(2026, 12, 1)).offset == 0)
    }

    @Test func `days counted through the year, and times before midnight and beyond it`() throws {
        let julian = try #require(YearlyRule("AAA0BBB,J60/0,J300/0"))
        // The 60th day that is counted is 1 March, in leap years too.
        #expect(julian.period(at: time(2024, 3, 1)).start == time(2024, 3, 1))
        #expect(julian.period(at: time(2025, 3, 1)).start == time(2025, 3, 1))
        let counted = try #require(YearlyRule("AAA0BBB,59/0,300/0"))
        #expect(counted.period(at: time(2024, 3, 1)).start == time(2024, 2, 29))
        let nuuk = try #require(YearlyRule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"))
        #expect(nuuk.period(at: time(2026, 7, 1)).start == time(2026, 3, 29, 1))
    }

    @Test func `a summer without end is one for ever`() throws {
        let rule = try #require(YearlyRule("XXX3EDT4,0/0,J365/23"))
        for day in stride(from: time(2026, 1, 1), to: time(2028, 2, 1), by: 43_200) {
            #expect(rule.period(at: day).offset == -14_400)
        }
    }

    @Test(arguments: [
        "", "CE-1", "CET", "CET-", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J365", "CET-1CEST,M3.5.0,M10.5.0/3x", "<CET-1", "CET-1:60", "CET-99",
        "CET-1CEST,366,1", "CET-1CEST,M3.5.0/168,M10.5.0", "CET-99999999999999999999",
    ])
    func `what is no rule is read as none`(text: String) { #expect(YearlyRule(text) == nil) }
}
