package import Events

/// Everything that is known of a signal.
package struct SignalStory: Sendable {
    /// In the order in which it occurred, then in that of arrival.
    package var steps: [Step]
    /// There are more than were asked for; these are the last.
    package var isCut: Bool
    /// Refused messages that name it, the newest first.
    package var quarantined: [WhereReport.Quarantined]
    /// How many refused messages were looked into.
    package var searched: WhereReport.Searched

    package struct Step: Sendable {
        package var event: Event
        package var warnings: [WhereReport.Warning]
        /// How often it came again, and when last.
        package var duplicates: Int64
        package var lastDuplicateAt: Timestamp?

        package init(
            event: Event, warnings: [WhereReport.Warning], duplicates: Int64, lastDuplicateAt: Timestamp?
        ) {
            self.event = event
            self.warnings = warnings
            self.duplicates = duplicates
            self.lastDuplicateAt = lastDuplicateAt
        }
    }

    package enum Event: Sendable {
        case view(ViewRow)
        case recommendation(RecommendationRow)
        case outcome(OutcomeRow)

        package var occurredAt: Timestamp {
            switch self {
            case .view(let row): row.occurredAt
            case .recommendation(let row): row.occurredAt
            case .outcome(let row): row.occurredAt
            }
        }

        package var seq: Int64 {
            switch self {
            case .view(let row): row.seq
            case .recommendation(let row): row.seq
            case .outcome(let row): row.seq
            }
        }

        package var eventID: String {
            switch self {
            case .view(let row): row.eventID
            case .recommendation(let row): row.eventID
            case .outcome(let row): row.eventID
            }
        }
    }

    package init(
        steps: [Step], isCut: Bool, quarantined: [WhereReport.Quarantined], searched: WhereReport.Searched
    ) {
        self.steps = steps
        self.isCut = isCut
        self.quarantined = quarantined
        self.searched = searched
    }
}
