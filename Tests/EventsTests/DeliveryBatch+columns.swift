import Events

/// Decided messages as columns, for comparing: `-` stands for an absent one.
extension DeliveryBatch {
    func columns(of decision: Decision) -> [String: String] {
        switch decision {
        case .profiler(let place): columns(of: profilers[place])
        case .intelligence(let place): columns(of: intelligence[place])
        case .rejected: [:]
        }
    }

    func identity(of decision: Decision) -> (eventID: String, occurredAt: String?) {
        switch decision {
        case .profiler(let place): identity(profilers[place].identity)
        case .intelligence(let place): identity(intelligence[place].identity)
        case .rejected(let place): (rejections[place].eventID, rejections[place].occurredAt.map { RFC3339.text($0) })
        }
    }

    private func identity(_ identity: EventIdentity) -> (String, String?) {
        (bytes.text(identity.eventID), RFC3339.text(identity.occurredAt))
    }

    private func columns(of record: ProfilerTelemetry) -> [String: String] {
        [
            "user_id": bytes.text(record.userID), "session_id": bytes.text(record.sessionID),
            "completion_status": record.completionStatus.rawValue,
            "time_spent_seconds": show(record.timeSpentSeconds), "aptitude_score": show(record.aptitudeScore),
            "technical_exposure_score": show(record.technicalExposureScore),
            "work_style_cluster": show(record.workStyleCluster?.rawValue),
            "difficulty_selection": show(record.difficultySelection?.rawValue),
            "recommended_track_id": show(record.recommendedTrackID.map { bytes.text($0) }),
            "track_confidence": show(record.trackConfidence), "result_accepted": show(record.resultAccepted),
            "attempt_count": show(record.attemptCount),
            "admin_reset_by": show(record.adminResetBy.map { bytes.text($0) }),
            "started_at": show(record.startedAt.map { RFC3339.text($0) }),
            "completed_at": show(record.completedAt.map { RFC3339.text($0) }),
            "result_accepted_at": show(record.resultAcceptedAt.map { RFC3339.text($0) }),
            "foundations_transition_at": show(record.foundationsTransitionAt.map { RFC3339.text($0) }),
            "answers": answers[record.answers].map(describe).joined(separator: "; "),
            "reported": reportedAlignment[record.reportedAlignment].map { "\(bytes.text($0.track)) \($0.percentage)" }
                .joined(separator: "; "),
        ]
    }

    private func describe(_ answer: Answer) -> String {
        let array = answer.isFromAnswers ? "answers" : "scenario_choices"
        let question = show(answer.questionID.map { bytes.text($0) })
        let key = show(answer.questionKey.map { bytes.text($0) })
        return "\(array)/\(answer.position) \(question) \(key) \(bytes.text(answer.option))"
    }

    private func columns(of event: IntelligenceEvent) -> [String: String] {
        var columns = [
            "explanation_version": bytes.text(event.explanationVersion),
            "extra": show(event.extra.map { bytes.text($0) }),
        ]
        switch event.kind {
        case .recommendation(let kind):
            columns["kind"] = "recommendation"
            columns["action_taken"] = kind.action.rawValue
            columns["risk_signal_id"] = "\(kind.riskSignalID)"
            columns["admin_user_id"] = "\(kind.adminUserID)"
            columns["recommendation_type"] = bytes.text(kind.recommendationType)
            columns["confidence_at_time"] = show(kind.confidence?.rawValue)
            columns["decision_time_ms"] = show(kind.decisionTimeMilliseconds)
            columns["propensity"] = show(kind.propensity)
        case .outcome(let kind):
            columns["kind"] = "outcome"
            columns["outcome_status"] = kind.status.rawValue
            columns["risk_signal_id"] = "\(kind.riskSignalID)"
            columns["resolution_time_hours"] = show(kind.resolutionTimeHours)
            columns["admin_note_id"] = show(kind.adminNoteID)
        case .view(let kind):
            columns["kind"] = "view"
            columns["event_type"] = kind.eventType.rawValue
            columns["admin_user_id"] = "\(kind.adminUserID)"
            columns["risk_signal_id"] = show(kind.riskSignalID)
        }
        return columns
    }

    private func show<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "-" }
}
