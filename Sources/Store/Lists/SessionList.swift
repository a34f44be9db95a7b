package import Events

/// Which sessions of the profiler are meant, by their latest state. An empty list of words lets all through.
package struct SessionListFilter: Sendable, Equatable {
    package var statuses: [String] = []
    /// Recommended tracks.
    package var tracks: [String] = []
    package var workStyles: [String] = []
    package var difficulties: [String] = []
    package var isAccepted: Bool?
    /// Only those with a second attempt without a reset.
    package var isViolation = false
    /// Only those whose reported alignment is further from the computed one, in points of a percentage.
    package var driftAbove: Double?
    package var user: String?
    /// When their newest message occurred, `to` excluded.
    package var from: Timestamp?
    package var to: Timestamp?
    /// Only those whose newest message has a warning of this code.
    package var warning: String?

    package init() {}
}

/// What sessions are ordered by; what is equal by the time of the newest message, the newest first, then by its id. Where a session has nothing
/// it comes last.
package enum SessionOrder: String, Sendable, CaseIterable {
    /// By their newest message, the newest first.
    case date
    case status
    case aptitude
    case exposure
    case duration
    /// The largest first.
    case drift
}

/// The latest state of a session.
package struct SessionRow: Sendable, Equatable {
    package var session: String
    package var user: String
    /// Of the newest message, by when it occurred.
    package var seq: Int64
    package var eventID: String
    package var occurredAt: Timestamp
    package var receivedAt: Timestamp
    package var status: String
    package var aptitude: Double?
    package var exposure: Double?
    package var overall: Double?
    package var behavioral: Double?
    package var workStyle: String?
    package var difficulty: String?
    package var recommendedTrack: String?
    package var trackConfidence: Double?
    package var isAccepted: Bool?
    package var overrideTrack: String?
    package var attempts: Int64?
    package var wasReset: Bool
    package var startedAt: Timestamp?
    package var completedAt: Timestamp?
    package var acceptedAt: Timestamp?
    package var transitionAt: Timestamp?
    package var seconds: Int64?
    /// The track that was computed as the first.
    package var topTrack: String?
    /// Points of a percentage between the computed and the reported alignment of the track where they are furthest apart; nil where they cannot be
    /// compared, by the settings of the time.
    package var drift: Double?
    /// Whether the recommended track is the computed one; nil where the model does not know it.
    package var agrees: Bool?
    /// Codes of the warnings about the newest message, each once.
    package var warnings: [String]

    package init(
        session: String, user: String, seq: Int64, eventID: String, occurredAt: Timestamp, receivedAt: Timestamp,
        status: String, wasReset: Bool, warnings: [String]
    ) {
        self.session = session
        self.user = user
        self.seq = seq
        self.eventID = eventID
        self.occurredAt = occurredAt
        self.receivedAt = receivedAt
        self.status = status
        self.wasReset = wasReset
        self.warnings = warnings
    }
}
