internal import Glibc

/// Counts of numbers by buckets that grow by a constant factor, so that a quantile read from them is at most 1 % wrong, and that two can be
/// added and one taken out of the other.
///
/// After Masson, Rim and Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees", PVLDB 12 (2019): bucket
/// i holds γ^(i−1) < x ≤ γ^i with γ = (1 + α) / (1 − α), and 2 γ^i / (γ + 1) is within α of all of it.
package enum LogBuckets {
    /// A little below the promised 1 %.
    private static let accuracy = 0.0099
    private static let growth = (1 + accuracy) / (1 - accuracy)
    private static let perLog = 1 / log(growth)
    /// Bucket 0 counts what is below this, and zero; quantiles there are 0.
    private static let smallest = 1e-6
    private static let offset = 700
    package static let count = 2048

    /// 0 to 2047; `value` is finite and not negative.
    @inline(__always)
    package static func bucket(of value: Double) -> Int {
        guard value >= smallest else { return 0 }
        return min(Int((log(value) * perLog).rounded(.up)) + offset, count - 1)
    }

    /// The number that stands for all of a bucket.
    package static func value(of bucket: Int) -> Double {
        guard bucket > 0 else { return 0 }
        return exp(Double(bucket - offset) / perLog) * 2 / (growth + 1)
    }

    /// The value of rank ⌈q·n⌉ in order of size (the *nearest rank*), of counts in the order of their buckets; nil where there are none.
    package static func quantile(_ q: Double, of counts: some Collection<(bucket: Int, count: Int64)>) -> Double? {
        let total = counts.reduce(0) { $0 + $1.count }
        guard total > 0 else { return nil }
        let rank = max(1, Int64((q * Double(total)).rounded(.up)))
        var seen: Int64 = 0
        for (bucket, count) in counts {
            seen += count
            if seen >= rank { return value(of: bucket) }
        }
        return nil
    }
}
