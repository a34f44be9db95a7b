package import Events

/// From `from` up to, and without, `to`, in microseconds since the epoch.
package struct MetricWindow: Sendable, Equatable {
    package static let days = 1...365
    /// The longest between two times that are named.
    package static let longestDays = 3660
    static let microsecondsOfDay: Timestamp = 86_400_000_000

    /// Of a window of so many times 24 hours that ends now; nil where two times were named.
    package let days: Int?
    package let from: Timestamp
    package let to: Timestamp

    package init(days: Int, endingAt now: Timestamp) {
        self.days = days
        to = now
        from = now - Timestamp(days) * Self.microsecondsOfDay
    }

    package init(from: Timestamp, to: Timestamp) {
        days = nil
        self.from = from
        self.to = to
    }

    private init(days: Int?, from: Timestamp, to: Timestamp) {
        self.days = days
        self.from = from
        self.to = to
    }

    /// As long, and ends where this one begins.
    package var previous: MetricWindow { MetricWindow(days: days, from: from - (to - from), to: from) }
}
