/// The interval that holds a proportion with 95 % confidence, from how often something was so.
///
/// E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American Statistical Association 22
/// (1927). Unlike the one that most books begin with it is of use for few cases, and for rates near 0 and 1.
package struct WilsonInterval: Sendable, Equatable {
    /// The 97.5 % quantile of the standard normal distribution.
    private static let z = 1.959963984540054

    /// From 0 to 1.
    package let low: Double
    package let high: Double

    /// Nil where there are no cases, or where what is divided is no part of them.
    package init?(_ numerator: Int64, of denominator: Int64) {
        guard denominator > 0, (0...denominator).contains(numerator) else { return nil }
        let cases = Double(denominator)
        let rate = Double(numerator) / cases
        let square = Self.z * Self.z / cases
        let middle = (rate + square / 2) / (1 + square)
        let half = Self.z / (1 + square) * (rate * (1 - rate) / cases + square / (4 * cases)).squareRoot()
        // At both ends it is exact, and the arithmetic is not.
        low = numerator == 0 ? 0 : max(0, middle - half)
        high = numerator == denominator ? 1 : min(1, middle + half)
    }
}
