/// A known member of an object of the wire. The raw values count from 0, so that they index a ``FoundMembers``.
protocol MemberName: CaseIterable, RawRepresentable<Int> {
    var name: StaticString { get }
}

/// A profiler message, in the order of the table in <doc:Messages>, which is the order of its errors.
enum ProfilerMember: Int, MemberName {
    case userID, sessionID, completionStatus, timeSpentSeconds, timeSpentPerModule, aptitudeScore
    case technicalExposureScore, overallScore, behavioralScore, workStyleCluster, scenarioChoices, answers
    case difficultySelection, recommendedTrackID, trackConfidence, trackAlignmentPercentages, valueStatement
    case resultAccepted, overrideTrackID, deviceBrowser, attemptCount, adminResetBy, startedAt, completedAt
    case resultAcceptedAt, foundationsTransitionAt, emittedAt, eventID

    var name: StaticString {
        switch self {
        case .userID: "user_id"
        case .sessionID: "session_id"
        case .completionStatus: "completion_status"
        case .timeSpentSeconds: "time_spent_seconds"
        case .timeSpentPerModule: "time_spent_per_module"
        case .aptitudeScore: "aptitude_score"
        case .technicalExposureScore: "technical_exposure_score"
        case .overallScore: "overall_score"
        case .behavioralScore: "behavioral_score"
        case .workStyleCluster: "work_style_cluster"
        case .scenarioChoices: "scenario_choices"
        case .answers: "answers"
        case .difficultySelection: "difficulty_selection"
        case .recommendedTrackID: "recommended_track_id"
        case .trackConfidence: "track_confidence"
        case .trackAlignmentPercentages: "track_alignment_percentages"
        case .valueStatement: "value_statement"
        case .resultAccepted: "result_accepted"
        case .overrideTrackID: "override_track_id"
        case .deviceBrowser: "device_browser"
        case .attemptCount: "attempt_count"
        case .adminResetBy: "admin_reset_by"
        case .startedAt: "started_at"
        case .completedAt: "completed_at"
        case .resultAcceptedAt: "result_accepted_at"
        case .foundationsTransitionAt: "foundations_transition_at"
        case .emittedAt: "emitted_at"
        case .eventID: "event_id"
        }
    }
}

/// An intelligence event, in the order of its errors.
enum IntelligenceMember: Int, MemberName {
    case actionTaken, outcomeStatus, eventType, riskSignalID, adminUserID, recommendationType, confidence
    case confidenceAtTime, decisionTimeMilliseconds, propensity, context, resolutionTimeHours, adminNoteID
    case explanationVersion
    case occurredAt, createdAt, eventID

    var name: StaticString {
        switch self {
        case .actionTaken: "action_taken"
        case .outcomeStatus: "outcome_status"
        case .eventType: "event_type"
        case .riskSignalID: "risk_signal_id"
        case .adminUserID: "admin_user_id"
        case .recommendationType: "recommendation_type"
        case .confidence: "confidence"
        case .confidenceAtTime: "confidence_at_time"
        case .decisionTimeMilliseconds: "decision_time_ms"
        case .propensity: "propensity"
        case .context: "context"
        case .resolutionTimeHours: "resolution_time_hours"
        case .adminNoteID: "admin_note_id"
        case .explanationVersion: "explanation_version"
        case .occurredAt: "occurred_at"
        case .createdAt: "created_at"
        case .eventID: "event_id"
        }
    }
}

/// An entry of `scenario_choices` or `answers`.
enum AnswerMember: Int, MemberName {
    case questionID, questionKey, selectedOption

    var name: StaticString {
        switch self {
        case .questionID: "question_id"
        case .questionKey: "question_key"
        case .selectedOption: "selected_option"
        }
    }
}

/// `device_browser`.
enum DeviceMember: Int, MemberName {
    case userAgent, deviceFingerprint, ipAddress

    var name: StaticString {
        switch self {
        case .userAgent: "user_agent"
        case .deviceFingerprint: "device_fingerprint"
        case .ipAddress: "ip_address"
        }
    }
}
