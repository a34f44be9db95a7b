/// The attempts at something that may be away for a while: when the next one is due, and whether the last one failed.
///
/// Every loop that tries again does it by one of these. Each failure may be logged: the log itself says a trouble once and then counts it.
package struct Retrying: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// How long to wait where trying again will not help before people have changed something: a wrong password.
    private static let seldom = Duration.seconds(30)

    private var backoff: Backoff
    /// From the first failure until it works.
    package private(set) var isFailing = false
    /// When the next attempt is due; nil where it is already.
    package private(set) var nextAt: Instant?

    package init(longest: Duration = .seconds(30)) { backoff = Backoff(longest: longest) }

    /// It did not work. `isLasting`: it will not before people have changed something.
    package mutating func failed(isLasting: Bool = false, now: Instant = .now) {
        isFailing = true
        nextAt = now + (isLasting ? Self.seldom : backoff.next())
    }

    /// It works. Returns whether it had failed before.
    @discardableResult package mutating func succeeded() -> Bool {
        guard isFailing || nextAt != nil else { return false }
        defer { isFailing = false }
        backoff.reset()
        nextAt = nil
        return isFailing
    }

    /// All is in order, and it is not our turn: asks again after `pause`.
    package mutating func postpone(by pause: Duration, now: Instant = .now) { nextAt = now + pause }

    package func isDue(now: @autoclosure () -> Instant = .now) -> Bool { nextAt.map { now() >= $0 } ?? true }

    /// How long it is until then.
    package func pause(now: @autoclosure () -> Instant = .now) -> Duration {
        nextAt.map { max(.zero, $0 - now()) } ?? .zero
    }

    /// Waits until the next attempt is due or a stop is requested, turn by turn; a turn takes as many milliseconds as it is told, at most.
    package func rest(until stop: StopSignal, _ turn: (Int32) -> Void = { pollOnly(milliseconds: $0) }) {
        while !stop.isRequested, !isDue() { turn(50) }
    }
}
