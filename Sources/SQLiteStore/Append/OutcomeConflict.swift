internal import Events
internal import Store

/// The outcome that a signal has already.
struct FirstOutcome {
    let eventID: String
    let status: String
    let resolutionTimeHours: Double?
    let adminNoteID: Int64?

    /// The same status and values under another id are no second outcome.
    func isSame(as other: IntelligenceEvent.SignalOutcome) -> Bool {
        status == other.status.rawValue && resolutionTimeHours == other.resolutionTimeHours
            && adminNoteID == other.adminNoteID
    }
}

extension IntelligenceEvent.SignalOutcome {
    func conflict(with first: FirstOutcome) -> Rejection {
        Rejection(
            .outcomeConflict, at: "/outcome_status",
            """
            risk signal \(riskSignalID) has the outcome \(first.status) already (event \(first.eventID)); \
            \(status.rawValue)\(status.rawValue == first.status ? " with other values" : "") is a second one, and a signal has one
            """)
    }
}

extension EventIdentity {
    func conflict(_ eventID: String, with seq: Int64, in table: EventTable) -> Rejection {
        Rejection(
            .identityConflict, at: "",
            """
            event \(eventID) of \(RFC3339.text(occurredAt)) is stored already, with other content (\(table.name), seq \(seq)); \
            another event needs an id or a time of its own
            """)
    }
}
