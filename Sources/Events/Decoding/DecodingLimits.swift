/// What a body may be at most, and what it must have.
package struct DecodingLimits: Sendable {
    /// `ingest.max_message_bytes`.
    package var maximumMessageBytes: Int
    /// Whether profiler telemetry must say whose session it is, in which state, and when: a store needs that, a score does not.
    package var requiresSession = true

    package init(maximumMessageBytes: Int = 262_144) {
        self.maximumMessageBytes = maximumMessageBytes
    }

    /// Levels of objects and arrays, the root being the first.
    static let maximumDepth = 32
    /// How far after now an event may be said to have occurred, in microseconds: clocks differ, days do not.
    static let futureTolerance: Timestamp = 24 * 3600 * 1_000_000
    /// 2000-01-01T00:00:00Z.
    static let earliestTime: Timestamp = 946_684_800 * 1_000_000

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
