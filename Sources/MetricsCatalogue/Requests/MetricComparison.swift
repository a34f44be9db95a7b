internal import Events

/// Which other window a result is compared with: one of the same length.
package enum MetricComparison: String, CaseIterable, Sendable {
    /// The one that ends where this one begins.
    case previous
    /// The one 52 weeks before, which begins on the same day of the week.
    case weeks52 = "52w"

    package func window(before window: MetricWindow) -> MetricWindow {
        switch self {
        case .previous: return window.previous
        case .weeks52:
            let distance: Timestamp = 52 * 7 * 86_400_000_000
            return MetricWindow(from: window.from - distance, to: window.to - distance)
        }
    }

    /// In a sentence: "more than …".
    package var title: String {
        switch self {
        case .previous: "the window before"
        case .weeks52: "52 weeks before"
        }
    }
}
