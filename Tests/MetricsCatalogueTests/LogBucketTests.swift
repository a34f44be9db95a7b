import Testing

@testable import Rollups

/// Quantiles come from buckets that grow by a constant factor.
@Suite struct LogBucketTests {
    @Test(arguments: [1e-6, 0.001, 0.5, 1, 2, 9.99, 10, 100, 640, 86_400_000, 31_536_000, 1e9])
    func `a bucket stands for all its values within one per cent`(value: Double) {
        for factor in stride(from: 1.0, through: 1.05, by: 0.0007) {
            let number = value * factor
            let shown = LogBuckets.value(of: LogBuckets.bucket(of: number))
            #expect(abs(shown - number) <= number * 0.01, "\(number) is shown as \(shown)")
        }
    }

    @Test func `what is next to nothing is zero`() {
        #expect(LogBuckets.value(of: LogBuckets.bucket(of: 0)) == 0)
        #expect(LogBuckets.value(of: LogBuckets.bucket(of: 1e-9)) == 0)
    }

    @Test func `a quantile is the value of nearest rank`() {
        let values = [10.0, 20, 30, 40]
        let counts = values.map { (bucket: LogBuckets.bucket(of: $0), count: Int64(1)) }
        for (q, expected) in [(0.0, 10.0), (0.25, 10), (0.26, 20), (0.5, 20), (0.75, 30), (0.9, 40), (1, 40)] {
            let quantile = LogBuckets.quantile(q, of: counts) ?? -1
            #expect(abs(quantile - expected) <= expected * 0.01, "p\(q) is \(quantile), not \(expected)")
        }
        #expect(LogBuckets.quantile(0.5, of: [(bucket: Int, count: Int64)]()) == nil)
    }

    @Test func `a sum does not depend on the order, and can be taken back`() {
        var generator = SystemRandomNumberGenerator()
        let values = (0..<1000).map { _ in Double.random(in: 0...100, using: &generator) }
        func sum(_ values: [Double]) -> (Int64, Int64) {
            values.map(ExactSum.parts).reduce((0, 0)) { ($0.0 + $1.whole, $0.1 + $1.fraction) }
        }
        #expect(sum(values) == sum(values.shuffled()))
        let (whole, fraction) = sum(values)
        #expect(abs(ExactSum.value(whole: whole, fraction: fraction) - values.reduce(0, +)) < 1e-6)
    }
}
