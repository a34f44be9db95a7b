package import Events

/// Which recommendation events are meant. An empty list of words lets all through.
package struct RecommendationFilter: Sendable, Equatable {
    package var actions: [String] = []
    package var types: [String] = []
    /// An empty text: those without one.
    package var confidences: [String] = []
    package var versions: [String] = []
    package var signal: Int64?
    package var admin: Int64?
    /// When they occurred, `to` excluded.
    package var from: Timestamp?
    package var to: Timestamp?
    package var minimumMilliseconds: Int64?
    package var maximumMilliseconds: Int64?
    /// Only those received more than an hour after they occurred.
    package var isLate = false
    /// Only those with a warning of this code.
    package var warning: String?

    package init() {}
}

/// What recommendation events are ordered by; what is equal by time, the newest first, then by id. Where a row has nothing it comes last.
package enum RecommendationOrder: String, Sendable, CaseIterable {
    /// The newest first.
    case date
    case action
    case signal
    case version
    case admin
    case type
    case decisionTime = "decision_time"
    /// The last that were stored first.
    case received
}

package struct RecommendationRow: Sendable, Equatable {
    package var seq: Int64
    package var eventID: String
    package var occurredAt: Timestamp
    package var receivedAt: Timestamp
    package var signal: Int64
    package var admin: Int64
    package var type: String
    package var action: String
    package var confidence: String?
    package var decisionMilliseconds: Int64?
    package var version: String
    package var propensity: Double?
    /// JSON object of the members that no column has.
    package var extra: String?
    /// Codes of the warnings, each once.
    package var warnings: [String]

    package init(
        seq: Int64, eventID: String, occurredAt: Timestamp, receivedAt: Timestamp, signal: Int64, admin: Int64,
        type: String, action: String, confidence: String?, decisionMilliseconds: Int64?, version: String,
        propensity: Double?, extra: String?, warnings: [String] = []
    ) {
        self.seq = seq
        self.eventID = eventID
        self.occurredAt = occurredAt
        self.receivedAt = receivedAt
        self.signal = signal
        self.admin = admin
        self.type = type
        self.action = action
        self.confidence = confidence
        self.decisionMilliseconds = decisionMilliseconds
        self.version = version
        self.propensity = propensity
        self.extra = extra
        self.warnings = warnings
    }
}
