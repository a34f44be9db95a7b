/// A sum of doubles that does not depend on their order and can be taken back: whole units, and 2^-32 parts of one.
package enum ExactSum {
    /// Whole and fractional part; a number beyond 10^12 counts as that.
    @inline(__always)
    package static func parts(of value: Double) -> (whole: Int64, fraction: Int64) {
        let capped = min(value, 1e12)
        let whole = capped.rounded(.down)
        return (Int64(whole), Int64(((capped - whole) * 4_294_967_296).rounded()))
    }

    package static func value(whole: Int64, fraction: Int64) -> Double {
        Double(whole) + Double(fraction) / 4_294_967_296
    }
}
