/// What became of a rate from one window to the next.
package struct RateChange: Sendable, Equatable {
    /// How many percentage points more.
    package let points: Double
    /// Whether a difference like this would come about by chance in fewer than one of twenty cases.
    package let isMoreThanChance: Bool

    /// Nil where one of both is no rate, or has no cases.
    package init?(from old: MetricValue?, to new: MetricValue?) {
        guard case .rate(let oldPart, let oldWhole)? = old, case .rate(let newPart, let newWhole)? = new,
            oldWhole > 0, newWhole > 0
        else { return nil }
        let (before, after) = (Double(oldPart) / Double(oldWhole), Double(newPart) / Double(newWhole))
        points = 100 * (after - before)
        // The two-proportion z-test with the rate of both together (Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions").
        let both = Double(oldPart + newPart) / Double(oldWhole + newWhole)
        let deviation = (both * (1 - both) * (1 / Double(oldWhole) + 1 / Double(newWhole))).squareRoot()
        isMoreThanChance = deviation > 0 && abs(after - before) / deviation > 1.959963984540054
    }
}
