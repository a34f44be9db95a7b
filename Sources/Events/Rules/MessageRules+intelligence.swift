extension MessageRules {
    private static func rule(
        _ name: IntelligenceMember, _ value: ValueRule, _ meaning: String, _ presence: MemberRule.Presence = .optional,
        in column: String? = nil
    ) -> MemberRule { MemberRule(name, value, meaning, presence, in: column) }

    /// What every kind of event has.
    package static let everyKind: [MemberRule] = [
        rule(
            .explanationVersion, .version(MessageLimits.explanationVersion),
            "The version of the explanation; where absent it is stored as unknown, with a warning."),
        rule(.occurredAt, .time, "When the event occurred; else created_at, else the AMQP timestamp."),
        rule(.createdAt, .time, "Read where occurred_at is absent.", in: "occurred_at"),
        rule(.eventID, .text(MessageLimits.eventID), eventIDMeaning),
    ]

    package static let kinds: [KindRule] = [
        KindRule(
            name: "recommendation",
            members: [
                rule(
                    .actionTaken, .words(RecommendationAction.allCases.map(\.rawValue)),
                    "What was done with a recommendation.", .required),
                signal(.required), admin,
                rule(
                    .recommendationType, .text(MessageLimits.recommendationType), "What was recommended.", .required),
                rule(
                    .confidence, .words(Confidence.allCases.map(\.rawValue)), "How sure the recommendation was.",
                    in: "confidence_at_time"),
                rule(
                    .confidenceAtTime, .words(Confidence.allCases.map(\.rawValue)),
                    "Read where confidence is absent."),
                rule(
                    .decisionTimeMilliseconds, .integer(MessageLimits.decisionMilliseconds),
                    "Milliseconds from view to decision."),
                rule(
                    .propensity, .number(MessageLimits.confidence),
                    "The probability with which this recommendation was shown, 0 to 1."),
                rule(
                    .context, .freeObject(maximumBytes: MessageLimits.contextBytes),
                    "What the recommender knew; kept as it came.", in: "extra"),
            ]),
        KindRule(
            name: "outcome",
            members: [
                rule(
                    .outcomeStatus, .words(OutcomeStatus.allCases.map(\.rawValue)),
                    "How a signal ended; a signal has one outcome.", .required),
                signal(.required),
                rule(.resolutionTimeHours, .number(MessageLimits.resolutionHours), "Hours until then."),
                rule(.adminNoteID, .integerID(MessageLimits.number), "The note that goes with it."),
            ]),
        KindRule(
            name: "view",
            members: [
                rule(
                    .eventType, .words(ViewType.allCases.map(\.rawValue)), "What an administrator looked at.", .required
                ),
                admin,
                signal(
                    .requiredUnless(
                        member: "\(IntelligenceMember.eventType.name)", is: ViewType.dashboardOpen.rawValue)),
            ]),
    ]

    private static func signal(_ presence: MemberRule.Presence) -> MemberRule {
        rule(.riskSignalID, .integerID(MessageLimits.number), "Which signal.", presence)
    }

    private static let admin = rule(.adminUserID, .integerID(MessageLimits.number), "Which administrator.", .required)
}
