internal import Events
internal import Store

/// Writes rows of `profiler_events`.
struct ProfilerAppender {
    private let insert: Statement

    init(_ database: Database) throws(StoreError) {
        insert = try database.prepareForMessage(
            """
            INSERT INTO profiler_events (seq, event_id, occurred_at, received_at, user_id, session_id, completion_status, aptitude_score,
                technical_exposure_score, work_style_cluster, difficulty_selection, recommended_track_id, track_confidence, result_accepted,
                attempt_count, started_at, completed_at, result_accepted_at, foundations_transition_at, time_spent_seconds, payload,
                override_track_id, admin_reset_by, overall_score, behavioral_score)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
    }

    func append(
        _ event: ProfilerTelemetry, seq: Int64, receivedAt: Timestamp, payload: ByteRange, bytes: borrowing ByteArena
    ) throws(StoreError) {
        insert.bind(1, seq)
        insert.bindText(2, bytes[event.identity.eventID])
        insert.bind(3, event.identity.occurredAt)
        insert.bind(4, receivedAt)
        insert.bindText(5, bytes[event.userID])
        insert.bindText(6, bytes[event.sessionID])
        insert.bindText(7, event.completionStatus.staticName)
        insert.bind(8, event.aptitudeScore)
        insert.bind(9, event.technicalExposureScore)
        if let cluster = event.workStyleCluster { insert.bindText(10, cluster.staticName) } else { insert.bindNull(10) }
        if let difficulty = event.difficultySelection {
            insert.bindText(11, difficulty.staticName)
        } else {
            insert.bindNull(11)
        }
        if let track = event.recommendedTrackID { insert.bindText(12, bytes[track]) } else { insert.bindNull(12) }
        insert.bind(13, event.trackConfidence)
        insert.bind(14, event.resultAccepted.map { $0 ? 1 : 0 } as Int64?)
        insert.bind(15, event.attemptCount)
        insert.bind(16, event.startedAt)
        insert.bind(17, event.completedAt)
        insert.bind(18, event.resultAcceptedAt)
        insert.bind(19, event.foundationsTransitionAt)
        insert.bind(20, event.timeSpentSeconds)
        insert.bindText(21, bytes[payload])
        if let track = event.overrideTrackID { insert.bindText(22, bytes[track]) } else { insert.bindNull(22) }
        if let admin = event.adminResetBy { insert.bindText(23, bytes[admin]) } else { insert.bindNull(23) }
        insert.bind(24, event.overallScore)
        insert.bind(25, event.behavioralScore)
        try insert.run(doing: "append to profiler_events")
    }
}

// The wire's spelling without making a String of it for each row.

extension CompletionStatus {
    var staticName: StaticString {
        switch self {
        case .started: "started"
        case .inProgress: "in_progress"
        case .finished: "finished"
        case .locked: "locked"
        }
    }
}

extension WorkStyleCluster {
    var staticName: StaticString {
        switch self {
        case .collaborative: "collaborative"
        case .independent: "independent"
        case .balanced: "balanced"
        }
    }
}

extension Difficulty {
    var staticName: StaticString {
        switch self {
        case .novice: "novice"
        case .beginner: "beginner"
        case .intermediate: "intermediate"
        case .advanced: "advanced"
        case .elite: "elite"
        }
    }
}
