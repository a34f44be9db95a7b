/// How one kind of what goes out is doing.
package struct OutgoingTraffic: Sendable {
    package var sent = 0
    package var dropped: [DropCause: Int] = [:]
    package var owed = 0
    /// Since when the oldest is owed.
    package var oldest: ContinuousClock.Instant?
    /// Why nothing is sent, and since when.
    package var trouble: (text: String, since: ContinuousClock.Instant)?

    /// How many are refused each time they are tried, and since when there are any.
    package var refused: (count: Int, since: ContinuousClock.Instant)?

    package init() {}

    /// What is owed for longer than this hangs.
    package static let hangLimit = Duration.seconds(30)

    /// The age of the oldest, in seconds.
    package func oldestSeconds(at now: ContinuousClock.Instant = .now) -> Double {
        oldest.map { max(0, (now - $0) / .seconds(1)) } ?? 0
    }

    /// What hangs for longer than people should have to wait for; nil where nothing does.
    package func sentence(_ kind: OutgoingKind, at now: ContinuousClock.Instant = .now) -> String? {
        let limit = Self.hangLimit
        if let oldest, owed > 0, now - oldest >= limit {
            let seconds = (now - oldest).components.seconds
            return
                "\(owed) \(kind.rawValue) held up, the oldest for \(seconds) s: \(trouble?.text ?? kind.usualTrouble)"
        }
        if let refused, now - refused.since >= limit {
            return
                "a queue that takes \(kind.rawValue) is full: \(refused.count) refused for \((now - refused.since).components.seconds) s"
        }
        guard let trouble, now - trouble.since >= limit else { return nil }
        return "no \(kind.rawValue) for \((now - trouble.since).components.seconds) s: \(trouble.text)"
    }
}
