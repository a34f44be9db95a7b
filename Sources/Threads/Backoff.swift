/// Waiting times between attempts: half as long again each time, bounded, with jitter so that many clients do not come back at once.
package struct Backoff {
    private let first: Duration
    private let longest: Duration
    private var growth = 1.0

    package init(first: Duration = .milliseconds(200), longest: Duration = .seconds(30)) {
        self.first = first
        self.longest = longest
    }

    /// The next time to wait: between half of and the full grown time.
    package mutating func next() -> Duration {
        let full = min(first * growth, longest)
        growth = min(growth * 1.5, 1000)
        return full * Double.random(in: 0.5...1)
    }

    package mutating func reset() { growth = 1 }
}
