/// What a body may be at most, and what it must have.
package struct DecodingLimits: Sendable {
    /// `ingest.max_message_bytes`.
    package var maximumMessageBytes: Int
    /// Whether profiler telemetry must say whose session it is, in which state, and when: a store needs that, a score does not.
    package var requiresSession = true

    /// `ingest.strict`: whatever has to be read with good will is an error.
    package var isStrict = false
    /// Whether somebody reads each warning; otherwise only the first of each code is put into words, and the others are counted, but where the
    /// message asks for a receipt.
    package var keepsEveryWarning = true
    /// `ingest.naive_times`: what a time without an offset is.
    package var naiveTimes = NaiveTimes.refuse

    package init(maximumMessageBytes: Int = 262_144) {
        self.maximumMessageBytes = maximumMessageBytes
    }

    package enum NaiveTimes: String, Sendable, CaseIterable {
        /// No time.
        case refuse
        /// One in UTC.
        case utc
    }

    /// Levels of objects and arrays, the root being the first.
    package static let maximumDepth = 32
    /// How far after now an event may be said to have occurred, in microseconds: clocks differ, days do not.
    package static let futureTolerance: Timestamp = 24 * 3600 * 1_000_000
    /// 2000-01-01T00:00:00Z.
    package static let earliestTime: Timestamp = 946_684_800 * 1_000_000

    /// Whether something that a message received then tells of can have happened at `time`.
    package static func isPlausible(_ time: Timestamp, receivedAt: Timestamp) -> Bool {
        time >= earliestTime && time <= receivedAt + futureTolerance
    }

    /// Why nothing that a message received then tells of can have happened at any of the `times`; nil where it can.
    @inline(__always)
    static func implausibility(of times: Range<Timestamp>, receivedAt: Timestamp) -> String? {
        if times.upperBound <= earliestTime { return "before 2000-01-01" }
        return times.lowerBound > receivedAt + futureTolerance ? "more than 24 hours after it was received" : nil
    }
}
