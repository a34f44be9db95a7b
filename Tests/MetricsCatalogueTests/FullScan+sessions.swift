import Events

/// Metrics that follow from more than one message of a session, or more than one session of a learner.
extension FullScan {
    mutating func funnel() throws {
        let began = "coalesce(started_at, occurred_at)"
        let steps = [
            ("started", "1", "NULL"),
            ("finished", "completion_status IN ('finished', 'locked')", "completed_at - started_at"),
            ("decided", "result_accepted IS NOT NULL", "result_accepted_at - completed_at"),
            ("accepted", "result_accepted = 1", "result_accepted_at - result_accepted_at"),
            ("transitioned", "foundations_transition_at IS NOT NULL", "foundations_transition_at - result_accepted_at"),
        ]
        var filter = "\(began) >= :from AND \(began) < :to"
        var before: Double?
        for (name, condition, time) in steps {
            filter += " AND \(condition)"
            let count = try count("SELECT count(*) FROM profiler_sessions WHERE \(filter)")
            put("\(name)/count", count)
            if let before {
                put("\(name)/total", before)
                rate("\(name)/share", count, before)
                let hours = try numbers(
                    "SELECT (\(time)) / 3600000000.0 FROM profiler_sessions WHERE \(filter) AND \(time) >= 0")
                quantiles("\(name)/", hours, [("median_hours", 0.5)])
            }
            before = count
        }
    }

    mutating func reach() throws {
        var modules: [String: (sessions: Double, finished: Double)] = [:]
        for row in try rows(
            """
            SELECT module, completion_status IN ('finished', 'locked')
            FROM profiler_modules JOIN profiler_sessions USING (session_id)
            WHERE seconds > 0 AND coalesce(completed_at, occurred_at) >= :from AND coalesce(completed_at, occurred_at) < :to
            """)
        {
            modules[row[0], default: (0, 0)].sessions += 1
            modules[row[0], default: (0, 0)].finished += row[1] == "1" ? 1 : 0
        }
        for (module, counts) in modules {
            put("\(module)/sessions", counts.sessions)
            put("\(module)/finished", counts.finished)
            rate("\(module)/finished_share", counts.finished, counts.sessions)
        }
    }

    mutating func overrides() throws {
        for row in try rows(
            """
            SELECT recommended_track_id, override_track_id, count(*) FROM \(Self.completed)
            WHERE recommended_track_id IS NOT NULL AND override_track_id IS NOT NULL AND result_accepted IS NOT 1 GROUP BY 1, 2
            """)
        { put("overrides/\(row[0])/\(row[1])/count", Double(row[2])) }
    }

    /// Over all sessions of all times: what came before the window counts as well.
    mutating func learners() throws {
        struct Completion {
            var at: Int
            var isInWindow: Bool
            var wasReset: Bool
        }
        var completions: [String: [Completion]] = [:]
        var resets: [String: [Int]] = [:]
        let sessions = try rows(
            """
            SELECT user_id, session_id, completion_status IN ('finished', 'locked'), coalesce(completed_at, occurred_at), was_reset,
                   coalesce((SELECT resets FROM _session_folds WHERE seq = last_seq), '[' || occurred_at || ']'),
                   coalesce(completed_at, occurred_at) >= :from AND coalesce(completed_at, occurred_at) < :to
            FROM profiler_sessions ORDER BY 4, CAST(session_id AS BLOB)
            """)
        for row in sessions {
            if row[2] == "1" {
                completions[row[0], default: []].append(
                    Completion(at: Int(row[3])!, isInWindow: row[6] == "1", wasReset: row[4] == "1"))
            }
            if row[4] == "1" {
                resets[row[0], default: []] += row[5].dropFirst().dropLast().split(separator: ",").map { Int($0)! }
            }
        }
        var (learners, violations) = (0.0, 0.0)
        for (learner, completed) in completions {
            if completed.contains(where: \.isInWindow) { learners += 1 }
            for (before, now) in zip(completed, completed.dropFirst()) where now.isInWindow && !now.wasReset {
                let hasReset = resets[learner, default: []].contains { $0 > before.at && $0 <= now.at }
                violations += hasReset ? 0 : 1
            }
        }
        put("learners", learners)
        put("violations", violations)
    }
}
