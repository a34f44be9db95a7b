package import Events

/// How long a queue has been silent, beside how long it usually is: a producer that has stopped is seen here first.
package struct Silence: Sendable, Equatable {
    /// Between two minutes with messages: half of the pauses are shorter.
    package var usual: Timestamp
    /// Nine of ten are shorter.
    package var long: Timestamp
    package var longest: (from: Timestamp, to: Timestamp)
    /// Since the last message.
    package var current: Timestamp

    /// Nil where too little came to say what is usual.
    ///
    /// - Parameter minutes: Beginnings of minutes in which a message came, in order.
    package init?(_ minutes: [Timestamp], now: Timestamp) {
        guard minutes.count >= 20, let last = minutes.last else { return nil }
        let pairs = zip(minutes, minutes.dropFirst())
        let pauses = pairs.map { $1 - $0 }.sorted()
        usual = pauses[pauses.count / 2]
        long = pauses[pauses.count * 9 / 10]
        let longest = pairs.max { $0.1 - $0.0 < $1.1 - $1.0 } ?? (last, last)
        self.longest = (from: longest.0, to: longest.1)
        current = max(0, now - last)
    }

    /// Longer than nearly every pause before, and than what a quiet minute explains.
    package var isUnusual: Bool { current > 3 * max(long, usual) && current >= 10 * 60_000_000 }

    package static func == (one: Silence, other: Silence) -> Bool {
        one.usual == other.usual && one.long == other.long && one.longest == other.longest
            && one.current == other.current
    }
}
