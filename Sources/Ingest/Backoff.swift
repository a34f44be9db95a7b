/// Waiting times between attempts: doubling, bounded, with jitter so that many clients do not come back at once.
package struct Backoff {
    private let first: Duration
    private let longest: Duration
    private var attempts = 0

    package init(first: Duration = .milliseconds(200), longest: Duration = .seconds(30)) {
        self.first = first
        self.longest = longest
    }

    /// The next time to wait: between half of and the full doubled time.
    package mutating func next() -> Duration {
        let full = min(first * (1 << min(attempts, 20)), longest)
        attempts += 1
        return full * Double.random(in: 0.5...1)
    }

    package mutating func reset() { attempts = 0 }
}
