import Testing

@testable import MetricsCatalogue

@Suite struct WilsonIntervalTests {
    /// From Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
    @Test(arguments: [
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718),
    ])
    func `the interval is the one of the literature`(numerator: Int64, denominator: Int64, low: Double, high: Double)
        throws
    {
        let interval = try #require(WilsonInterval(numerator, of: denominator))
        #expect(abs(interval.low - low) < 0.00005 && abs(interval.high - high) < 0.00005)
    }

    @Test func `there is none without cases, and for what is no proportion`() {
        #expect(WilsonInterval(0, of: 0) == nil)
        #expect(WilsonInterval(3, of: 2) == nil)
        #expect(WilsonInterval(20, of: 20)?.high == 1)
    }

    @Test func `a rate is followed by its interval`() {
        #expect(MetricValue.object(["a": .rate(0, of: 0)]).json == #"{"a":null,"a_interval":null}"#)
        #expect(MetricValue.object(["a": .rate(3, of: 2)]).json == #"{"a":1.5,"a_interval":null}"#)
        #expect(MetricValue.object(["a": .rate(1, of: 2)]).json.hasPrefix(#"{"a":0.5,"a_interval":[0.09"#))
    }

    @Test func `a change of few cases may be chance, and one of many is not`() throws {
        let few = try #require(RateChange(from: .rate(5, of: 10), to: .rate(6, of: 10)))
        #expect(!few.isMoreThanChance && abs(few.points - 10) < 1e-9)
        #expect(RateChange(from: .rate(500, of: 1000), to: .rate(600, of: 1000))?.isMoreThanChance == true)
        #expect(RateChange(from: .rate(0, of: 10), to: .rate(0, of: 10))?.isMoreThanChance == false)
        #expect(RateChange(from: .rate(0, of: 0), to: .rate(1, of: 10)) == nil)
    }
}
