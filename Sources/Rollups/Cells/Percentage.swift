/// A number from 0 to 100 as an integer, in parts of 2^-28: a third of a milliard of them can be summed.
package enum Percentage {
    private static let one = 268_435_456.0

    @inline(__always)
    package static func units(_ value: Double) -> Int64 { Int64((value * one).rounded()) }

    /// Nil where there are none.
    package static func mean(_ sum: Int64, of count: Int64) -> Double? {
        count > 0 ? Double(sum) / one / Double(count) : nil
    }
}
