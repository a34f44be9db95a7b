internal import Events
internal import Store

/// Writes rows of the three intelligence tables.
struct IntelligenceAppender {
    private let insertRecommendation: Statement
    private let insertOutcome: Statement
    private let findOutcome: Statement
    private let insertView: Statement

    init(_ database: Database) throws(StoreError) {
        insertRecommendation = try database.prepareForMessage(
            """
            INSERT INTO decision_recommendation_events (seq, event_id, occurred_at, received_at, explanation_version, risk_signal_id,
                admin_user_id, recommendation_type, action_taken, confidence_at_time, decision_time_ms, propensity, extra)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        insertOutcome = try database.prepareForMessage(
            """
            INSERT INTO decision_outcome_snapshots (seq, event_id, occurred_at, received_at, explanation_version, risk_signal_id,
                outcome_status, resolution_time_hours, admin_note_id, extra)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        findOutcome = try database.prepare(
            """
            SELECT event_id, outcome_status, resolution_time_hours, admin_note_id FROM decision_outcome_snapshots
            WHERE risk_signal_id = ?
            """)
        insertView = try database.prepareForMessage(
            """
            INSERT INTO admin_view_telemetry (seq, event_id, occurred_at, received_at, explanation_version, admin_user_id, event_type,
                risk_signal_id, extra)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
    }

    /// The outcome the signal has already, if any: a signal has one.
    func existingOutcome(of riskSignalID: Int64) throws(StoreError) -> FirstOutcome? {
        findOutcome.bind(1, riskSignalID)
        defer { findOutcome.reset() }
        guard try findOutcome.step() else { return nil }
        return FirstOutcome(
            eventID: findOutcome.text(0), status: findOutcome.text(1),
            resolutionTimeHours: findOutcome.isNull(2) ? nil : findOutcome.double(2),
            adminNoteID: findOutcome.optionalInteger(3))
    }

    func append(_ event: IntelligenceEvent, seq: Int64, receivedAt: Timestamp, bytes: borrowing ByteArena)
        throws(StoreError)
    {
        let insert =
            switch event.kind {
            case .recommendation: insertRecommendation
            case .outcome: insertOutcome
            case .view: insertView
            }
        insert.bind(1, seq)
        insert.bindText(2, bytes[event.identity.eventID])
        insert.bind(3, event.identity.occurredAt)
        insert.bind(4, receivedAt)
        insert.bindText(5, bytes[event.explanationVersion])
        switch event.kind {
        case .recommendation(let recommendation):
            insert.bind(6, recommendation.riskSignalID)
            insert.bind(7, recommendation.adminUserID)
            insert.bindText(8, bytes[recommendation.recommendationType])
            insert.bindText(9, recommendation.action.staticName)
            if let confidence = recommendation.confidence {
                insert.bindText(10, confidence.staticName)
            } else {
                insert.bindNull(10)
            }
            insert.bind(11, recommendation.decisionTimeMilliseconds)
            insert.bind(12, recommendation.propensity)
            bind(event.extra, to: insert, 13, bytes)
        case .outcome(let outcome):
            insert.bind(6, outcome.riskSignalID)
            insert.bindText(7, outcome.status.staticName)
            insert.bind(8, outcome.resolutionTimeHours)
            insert.bind(9, outcome.adminNoteID)
            bind(event.extra, to: insert, 10, bytes)
        case .view(let view):
            insert.bind(6, view.adminUserID)
            insert.bindText(7, view.eventType.staticName)
            insert.bind(8, view.riskSignalID)
            bind(event.extra, to: insert, 9, bytes)
        }
        try insert.run(doing: "append an intelligence event")
    }

    private func bind(_ extra: ByteRange?, to insert: Statement, _ place: Int32, _ bytes: borrowing ByteArena) {
        if let extra { insert.bindText(place, bytes[extra]) } else { insert.bindNull(place) }
    }
}

extension IntelligenceEvent {
    var table: EventTable {
        switch kind {
        case .recommendation: .recommendation
        case .outcome: .outcome
        case .view: .view
        }
    }
}

extension RecommendationAction {
    var staticName: StaticString {
        switch self {
        case .viewed: "VIEWED"
        case .accepted: "ACCEPTED"
        case .ignored: "IGNORED"
        case .overridden: "OVERRIDDEN"
        }
    }
}

extension Confidence {
    var staticName: StaticString {
        switch self {
        case .high: "HIGH"
        case .medium: "MEDIUM"
        case .low: "LOW"
        }
    }
}

extension OutcomeStatus {
    var staticName: StaticString {
        switch self {
        case .resolved: "RESOLVED"
        case .escalated: "ESCALATED"
        case .noAction: "NO_ACTION"
        case .falsePositive: "FALSE_POSITIVE"
        }
    }
}

extension ViewType {
    var staticName: StaticString {
        switch self {
        case .dashboardOpen: "DASHBOARD_OPEN"
        case .signalDetailOpen: "SIGNAL_DETAIL_OPEN"
        case .explanationExpand: "EXPLANATION_EXPAND"
        case .adminNoteCreate: "ADMIN_NOTE_CREATE"
        }
    }
}
