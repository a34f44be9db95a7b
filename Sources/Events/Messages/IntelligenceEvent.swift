/// An intelligence event that passed every check.
package struct IntelligenceEvent: Sendable {
    package var identity: EventIdentity
    /// As given, or `unknown`; a range of the batch's bytes.
    package var explanationVersion: ByteRange
    package var kind: Kind
    /// The members that no column has, as one JSON object; nil where there are none.
    package var extra: ByteRange?
    /// Places in ``DeliveryBatch/dimensions``.
    package var dimensions: Range<Int>

    package init(
        identity: EventIdentity, explanationVersion: ByteRange, kind: Kind, extra: ByteRange? = nil,
        dimensions: Range<Int> = 0..<0
    ) {
        self.identity = identity
        self.explanationVersion = explanationVersion
        self.kind = kind
        self.extra = extra
        self.dimensions = dimensions
    }

    package enum Kind: Sendable {
        case recommendation(Recommendation)
        case outcome(SignalOutcome)
        case view(AdminView)
    }

    package struct Recommendation: Sendable {
        package var action: RecommendationAction
        package var riskSignalID: Int64
        package var adminUserID: Int64
        package var recommendationType: ByteRange
        package var confidence: Confidence?
        package var decisionTimeMilliseconds: Int64?
        /// The probability, 0 to 1, with which this recommendation was shown.
        package var propensity: Double?

        package init(
            action: RecommendationAction, riskSignalID: Int64, adminUserID: Int64, recommendationType: ByteRange,
            confidence: Confidence?, decisionTimeMilliseconds: Int64?, propensity: Double? = nil
        ) {
            self.action = action
            self.riskSignalID = riskSignalID
            self.adminUserID = adminUserID
            self.recommendationType = recommendationType
            self.confidence = confidence
            self.decisionTimeMilliseconds = decisionTimeMilliseconds
            self.propensity = propensity
        }
    }

    package struct SignalOutcome: Sendable {
        package var status: OutcomeStatus
        package var riskSignalID: Int64
        package var resolutionTimeHours: Double?
        package var adminNoteID: Int64?

        package init(status: OutcomeStatus, riskSignalID: Int64, resolutionTimeHours: Double?, adminNoteID: Int64?) {
            self.status = status
            self.riskSignalID = riskSignalID
            self.resolutionTimeHours = resolutionTimeHours
            self.adminNoteID = adminNoteID
        }
    }

    package struct AdminView: Sendable {
        package var eventType: ViewType
        package var adminUserID: Int64
        package var riskSignalID: Int64?

        package init(eventType: ViewType, adminUserID: Int64, riskSignalID: Int64?) {
            self.eventType = eventType
            self.adminUserID = adminUserID
            self.riskSignalID = riskSignalID
        }
    }
}

package enum RecommendationAction: String, WireValue {
    case viewed = "VIEWED"
    case accepted = "ACCEPTED"
    case ignored = "IGNORED"
    case overridden = "OVERRIDDEN"

    package var code: UInt8 {
        switch self {
        case .viewed: 0
        case .accepted: 1
        case .ignored: 2
        case .overridden: 3
        }
    }
}

package enum Confidence: String, WireValue {
    case high = "HIGH"
    case medium = "MEDIUM"
    case low = "LOW"

    package var code: UInt8 {
        switch self {
        case .high: 0
        case .medium: 1
        case .low: 2
        }
    }
}

package enum OutcomeStatus: String, WireValue {
    case resolved = "RESOLVED"
    case escalated = "ESCALATED"
    case noAction = "NO_ACTION"
    case falsePositive = "FALSE_POSITIVE"

    package var code: UInt8 {
        switch self {
        case .resolved: 0
        case .escalated: 1
        case .noAction: 2
        case .falsePositive: 3
        }
    }
}

package enum ViewType: String, WireValue {
    case dashboardOpen = "DASHBOARD_OPEN"
    case signalDetailOpen = "SIGNAL_DETAIL_OPEN"
    case explanationExpand = "EXPLANATION_EXPAND"
    case adminNoteCreate = "ADMIN_NOTE_CREATE"

    package var code: UInt8 {
        switch self {
        case .dashboardOpen: 0
        case .signalDetailOpen: 1
        case .explanationExpand: 2
        case .adminNoteCreate: 3
        }
    }
}
