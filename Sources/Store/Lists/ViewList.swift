package import Events

/// Which view events are meant. An empty list of words lets all through.
package struct ViewFilter: Sendable, Equatable {
    package var types: [String] = []
    package var versions: [String] = []
    package var admin: Int64?
    package var signal: Int64?
    /// When they occurred, `to` excluded.
    package var from: Timestamp?
    package var to: Timestamp?
    /// Only those with a warning of this code.
    package var warning: String?

    package init() {}
}

/// What view events are ordered by; what is equal by time, the newest first, then by id. Where a row has nothing it comes last.
package enum ViewOrder: String, Sendable, CaseIterable {
    /// The newest first.
    case date
    case admin
    case type
    case signal
    case version
    /// The last that were stored first.
    case received
}

package struct ViewRow: Sendable, Equatable {
    package var seq: Int64
    package var eventID: String
    package var occurredAt: Timestamp
    package var receivedAt: Timestamp
    package var admin: Int64
    package var type: String
    package var signal: Int64?
    package var version: String
    /// JSON object of the members that no column has.
    package var extra: String?
    /// Codes of the warnings, each once.
    package var warnings: [String]

    package init(
        seq: Int64, eventID: String, occurredAt: Timestamp, receivedAt: Timestamp, admin: Int64, type: String,
        signal: Int64?, version: String, extra: String?, warnings: [String] = []
    ) {
        self.seq = seq
        self.eventID = eventID
        self.occurredAt = occurredAt
        self.receivedAt = receivedAt
        self.admin = admin
        self.type = type
        self.signal = signal
        self.version = version
        self.extra = extra
        self.warnings = warnings
    }
}
