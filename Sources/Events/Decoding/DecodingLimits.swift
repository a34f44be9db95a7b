/// What a body may be at most.
package struct DecodingLimits: Sendable {
    /// `ingest.max_message_bytes`.
    package var maximumMessageBytes: Int

    package init(maximumMessageBytes: Int = 262_144) {
        self.maximumMessageBytes = maximumMessageBytes
    }

    /// Levels of objects and arrays, the root being the first.
    static let maximumDepth = 32
    /// How far after now an event may be said to have occurred, in microseconds: clocks differ, days do not.
    static let futureTolerance: Timestamp = 24 * 3600 * 1_000_000
    /// 2000-01-01T00:00:00Z.
    static let earliestTime: Timestamp = 946_684_800 * 1_000_000
}
