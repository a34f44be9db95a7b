package import Events

/// Which outcome snapshots are meant. An empty list of words lets all through.
package struct OutcomeFilter: Sendable, Equatable {
    package var statuses: [String] = []
    package var versions: [String] = []
    package var signal: Int64?
    /// When they occurred, `to` excluded.
    package var from: Timestamp?
    package var to: Timestamp?
    package var minimumHours: Double?
    package var maximumHours: Double?
    /// Only those with a warning of this code.
    package var warning: String?

    package init() {}
}

/// What outcome snapshots are ordered by; what is equal by time, the newest first, then by id. Where a row has nothing it comes last.
package enum OutcomeOrder: String, Sendable, CaseIterable {
    /// The newest first.
    case date
    case status
    case signal
    case resolution
    case version
    /// The last that were stored first.
    case received
}

package struct OutcomeRow: Sendable, Equatable {
    package var seq: Int64
    package var eventID: String
    package var occurredAt: Timestamp
    package var receivedAt: Timestamp
    package var signal: Int64
    package var status: String
    package var resolutionHours: Double?
    package var noteID: Int64?
    package var version: String
    /// JSON object of the members that no column has.
    package var extra: String?
    /// Codes of the warnings, each once.
    package var warnings: [String]
    /// The signal's newest recommendation event, and the newest that is more than a view; nil where there is none.
    package var lastRecommendation: SignalStep?
    package var lastAction: SignalStep?

    /// A recommendation event of the same signal, in short.
    package struct SignalStep: Sendable, Equatable {
        package var seq: Int64
        package var occurredAt: Timestamp
        package var type: String
        package var action: String

        package init(seq: Int64, occurredAt: Timestamp, type: String, action: String) {
            self.seq = seq
            self.occurredAt = occurredAt
            self.type = type
            self.action = action
        }
    }

    package init(
        seq: Int64, eventID: String, occurredAt: Timestamp, receivedAt: Timestamp, signal: Int64, status: String,
        resolutionHours: Double?, noteID: Int64?, version: String, extra: String?, warnings: [String] = [],
        lastRecommendation: SignalStep? = nil, lastAction: SignalStep? = nil
    ) {
        self.seq = seq
        self.eventID = eventID
        self.occurredAt = occurredAt
        self.receivedAt = receivedAt
        self.signal = signal
        self.status = status
        self.resolutionHours = resolutionHours
        self.noteID = noteID
        self.version = version
        self.extra = extra
        self.warnings = warnings
        self.lastRecommendation = lastRecommendation
        self.lastAction = lastAction
    }
}
