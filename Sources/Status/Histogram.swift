/// Counts observations by size, as Prometheus understands a histogram: each bucket says how many were at most its bound.
package struct Histogram: Sendable, Equatable {
    /// Upper bounds, inclusive and ascending; what is larger than the last one is counted apart.
    package let bounds: [Double]
    /// One for each bound, and one for everything beyond.
    private var counts: [Int]
    package private(set) var sum = 0.0

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    package mutating func observe(_ value: Double) {
        var bucket = 0
        while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
        counts[bucket] += 1
        sum += value
    }

    /// The least bound that so large a share of the observations is at most; nil where there are none, or where it is beyond all bounds.
    package func bound(of share: Double) -> Double? {
        guard count > 0 else { return nil }
        let wanted = share * Double(count)
        return zip(bounds, cumulativeCounts).first { Double($1) >= wanted }?.0
    }

    package var count: Int { counts.reduce(0, +) }

    /// For each bound, how many observations were at most that large.
    package var cumulativeCounts: [Int] {
        var total = 0
        return bounds.indices.map { bucket in
            total += counts[bucket]
            return total
        }
    }
}
