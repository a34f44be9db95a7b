/// Every rule that a body alone can keep or break.
package enum MessageRules {
    package static let profiler = ObjectRule(session + scores + result + times)

    private static func rule(
        _ name: ProfilerMember, _ value: ValueRule, _ meaning: String, _ presence: MemberRule.Presence = .optional,
        in column: String? = nil
    ) -> MemberRule { MemberRule(name, value, meaning, presence, in: column) }

    /// Of the members without a column of their own.
    private static let payload = "payload"

    private static let session: [MemberRule] = [
        rule(.userID, .textOrInteger(MessageLimits.id), "Who was profiled.", .required),
        rule(
            .sessionID, .textOrInteger(MessageLimits.id), "Which session; it is sent several times as it goes on.",
            .required),
        rule(
            .completionStatus,
            .words(
                CompletionStatus.allCases.map(\.rawValue) + ["\(MessageLimits.completedAlias)"],
                ending: "\(MessageLimits.stepSuffix)"),
            "How far the session got; completed is read as finished, and a word that ends in _complete as in_progress.",
            .required),
        rule(.timeSpentSeconds, .integer(MessageLimits.seconds), "Seconds spent in all."),
        rule(
            .timeSpentPerModule,
            .map(
                name: MessageLimits.moduleName, maximum: MessageLimits.modules, .number(MessageLimits.moduleSeconds)),
            "Seconds spent in each module.", in: payload),
    ]

    private static let scores: [MemberRule] = [
        rule(.aptitudeScore, .number(MessageLimits.percent), "Aptitude, 0 to 100."),
        rule(.technicalExposureScore, .number(MessageLimits.percent), "Technical exposure, 0 to 100."),
        rule(.overallScore, .number(MessageLimits.percent), "Points of the whole session, 0 to 100."),
        rule(.behavioralScore, .number(MessageLimits.percent), "Points for behaviour, 0 to 100."),
        rule(.workStyleCluster, .words(WorkStyleCluster.allCases.map(\.rawValue)), "How somebody works."),
        rule(
            .scenarioChoices, .array(maximum: MessageLimits.answers, answer),
            "What was chosen in the scenarios; feeds the alignment.", in: payload),
        rule(
            .answers, .array(maximum: MessageLimits.answers, answer),
            "The answers of all modules; they feed the alignment and win over scenario_choices.", in: payload),
        rule(.difficultySelection, .words(Difficulty.allCases.map(\.rawValue)), "The difficulty that was selected."),
    ]

    private static let answer = ValueRule.object(
        ObjectRule(
            [
                MemberRule(AnswerMember.questionID, .textOrInteger(MessageLimits.question), "Which question."),
                MemberRule(
                    AnswerMember.questionKey, .textOrInteger(MessageLimits.question),
                    "Which question, where question_id does not tell."),
                MemberRule(
                    AnswerMember.selectedOption, .scalar(MessageLimits.option),
                    "What was chosen; absent, null or empty where the question was not answered."),
            ],
            oneOf: [AnswerMember.questionID, .questionKey].map { "\($0.name)" }))

    private static let result: [MemberRule] = [
        rule(.recommendedTrackID, .text(MessageLimits.id), "The track that was recommended."),
        rule(.trackConfidence, .number(MessageLimits.confidence), "How sure the recommendation is, 0 to 1."),
        rule(
            .trackAlignmentPercentages, .map(name: nil, maximum: nil, .number(MessageLimits.percent)),
            "The reported alignment by track, 0 to 100.", in: payload),
        rule(.valueStatement, .text(MessageLimits.valueStatement), "In the learner's own words.", in: payload),
        rule(.resultAccepted, .boolean, "Whether the recommendation was accepted; false: overridden."),
        rule(.overrideTrackID, .text(MessageLimits.id), "The track that was chosen instead."),
        rule(
            .deviceBrowser,
            .object(
                ObjectRule([
                    MemberRule(DeviceMember.userAgent, .text(MessageLimits.userAgent), "As the browser gives it."),
                    MemberRule(DeviceMember.deviceFingerprint, .text(MessageLimits.deviceFingerprint), "Any text."),
                    MemberRule(DeviceMember.ipAddress, .address, "IPv4, or IPv6 without a zone."),
                ])), "Where the session took place.", in: payload),
        rule(.attemptCount, .integer(MessageLimits.attempts), "Which attempt this is."),
        rule(.adminResetBy, .textOrInteger(MessageLimits.id), "Who allowed another attempt."),
    ]

    private static let times: [MemberRule] = [
        rule(.startedAt, .time, "When the session started."),
        rule(.completedAt, .time, "When it was completed."),
        rule(.resultAcceptedAt, .time, "When the result was accepted or overridden."),
        rule(.foundationsTransitionAt, .time, "When the learner went on to the foundations."),
        rule(
            .emittedAt, .time,
            "When this state occurred; else the AMQP timestamp, else the latest of the four times above.",
            in: "occurred_at"),
        rule(.eventID, .text(MessageLimits.eventID), eventIDMeaning),
    ]

    static let eventIDMeaning = "Names the event; else the AMQP message_id, else a hash of the body."
}
