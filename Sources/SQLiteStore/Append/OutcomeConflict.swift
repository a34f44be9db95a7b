internal import Events

extension IntelligenceEvent.SignalOutcome {
    func conflict(with first: (eventID: String, status: String)) -> Rejection {
        Rejection(
            .outcomeConflict, at: "/outcome_status",
            """
            risk signal \(riskSignalID) has the outcome \(first.status) already (event \(first.eventID)); \
            \(status.rawValue) is a second one, and a signal has one
            """)
    }
}
