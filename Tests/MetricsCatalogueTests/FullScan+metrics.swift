import Events

@testable import Store

extension FullScan {
    private static let seconds = [("p50_seconds", 0.5), ("p90_seconds", 0.9)]

    /// The whole result of one metric.
    mutating func scan(_ metric: String, grouping: String? = nil) throws -> [String: Double?] {
        values = [:]
        switch metric {
        case "recommendation_acceptance_rate", "average_decision_time", "override_rate":
            try recommendations(metric, "", "1")
            if let grouping {
                let column = "coalesce(\(grouping), 'unknown')"
                let events = "decision_recommendation_events WHERE occurred_at >= :from AND occurred_at < :to"
                let only =
                    metric == "average_decision_time"
                    ? " AND decision_time_ms IS NOT NULL AND action_taken <> 'VIEWED'" : ""
                // A case first viewed in the window has an event there, and its confidence is that of the first view.
                for group in try rows("SELECT DISTINCT \(column), hex(\(column)) FROM \(events)\(only)") {
                    try recommendations(
                        metric, "groups/\(group[0])/", "hex(\(column)) = '\(group[1])'", grouping: grouping,
                        group: group[0])
                }
            }
        case "false_positive_rate", "outcome_distribution":
            try outcomes(metric, "", "1")
            if metric == "outcome_distribution" {
                put(
                    "conflicts",
                    try count(
                        "SELECT count(*) FROM quarantine WHERE reason = 'outcome_conflict' AND received_at >= :from AND received_at < :to"
                    ))
            }
            if grouping != nil {
                for group in try rows(
                    "SELECT DISTINCT explanation_version, hex(explanation_version) FROM decision_outcome_snapshots WHERE occurred_at >= :from AND occurred_at < :to"
                ) {
                    try outcomes(metric, "groups/\(group[0])/", "hex(explanation_version) = '\(group[1])'")
                }
            }
        case "outcome_by_decision": try outcomesByDecision()
        case "admin_engagement": try engagement()
        case "profiler_completion": try completion()
        case "module_time": try modules()
        case "session_duration":
            numbers(
                "",
                try numbers("SELECT time_spent_seconds FROM \(Self.completed) WHERE time_spent_seconds IS NOT NULL"),
                average: "average_seconds", Self.seconds)
        case "aptitude_score", "technical_exposure_score": try score(metric)
        case "work_style_distribution":
            try distribution("work_style_cluster", known: WorkStyleCluster.allCases.map(\.rawValue))
        case "difficulty_distribution":
            try distribution("difficulty_selection", known: Difficulty.allCases.map(\.rawValue))
        case "recommended_track_distribution":
            try distribution("recommended_track_id", known: [])
            try overrides()
        case "profiler_funnel": try funnel()
        case "module_reach": try reach()
        case "scenario_choice_distribution": try choices()
        case "device_distribution": try devices()
        case "value_statements", "attempt_violations", "result_acceptance_rate", "foundations_transition":
            try counts(metric)
        case "track_alignment": try alignment()
        case "data_quality": try quality()
        default: throw UnknownMetric(name: metric)
        }
        return values
    }

    struct UnknownMetric: Error { let name: String }

    private mutating func recommendations(
        _ metric: String, _ path: String, _ filter: String, grouping: String? = nil, group: String? = nil
    ) throws {
        let events = "decision_recommendation_events WHERE occurred_at >= :from AND occurred_at < :to AND \(filter)"
        let count = try rows("SELECT action_taken, count(*) FROM \(events) GROUP BY 1").reduce(into: [String: Double]())
        { $0[$1[0]] = Double($1[1]) }
        let (viewed, accepted, overridden) = (count["VIEWED"] ?? 0, count["ACCEPTED"] ?? 0, count["OVERRIDDEN"] ?? 0)
        let decisions = accepted + overridden + (count["IGNORED"] ?? 0)
        switch metric {
        case "recommendation_acceptance_rate":
            put(path + "viewed", viewed)
            put(path + "accepted", accepted)
            rate(path + "acceptance_rate", accepted, viewed)
            try cases(path + "cases/", grouping: grouping, group: group)
        case "override_rate":
            put(path + "overridden", overridden)
            put(path + "decisions", decisions)
            rate(path + "override_rate", overridden, decisions)
        default:
            let times = try numbers(
                "SELECT decision_time_ms FROM \(events) AND action_taken <> 'VIEWED' AND decision_time_ms IS NOT NULL")
            numbers(path, times, average: "average_ms", [("p50_ms", 0.5), ("p90_ms", 0.9), ("p99_ms", 0.99)])
        }
    }

    private mutating func outcomes(_ metric: String, _ path: String, _ filter: String) throws {
        let events = "decision_outcome_snapshots WHERE occurred_at >= :from AND occurred_at < :to AND \(filter)"
        let all = try count("SELECT count(*) FROM \(events)")
        if metric == "false_positive_rate" {
            let wrong = try count("SELECT count(*) FROM \(events) AND outcome_status = 'FALSE_POSITIVE'")
            put(path + "false_positives", wrong)
            put(path + "outcomes", all)
            return rate(path + "false_positive_rate", wrong, all)
        }
        for status in OutcomeStatus.allCases.map(\.rawValue) {
            let some = try count("SELECT count(*) FROM \(events) AND outcome_status = '\(status)'")
            put("\(path)\(status)/count", some)
            put("\(path)\(status)/total", all)
            rate("\(path)\(status)/share", some, all)
            let hours = try numbers(
                "SELECT resolution_time_hours FROM \(events) AND outcome_status = '\(status)' AND resolution_time_hours IS NOT NULL"
            )
            put(
                "\(path)\(status)/average_resolution_hours",
                hours.isEmpty ? nil : hours.reduce(0, +) / Double(hours.count))
        }
    }

    private mutating func engagement() throws {
        let events = "admin_view_telemetry WHERE occurred_at >= :from AND occurred_at < :to"
        for type in ViewType.allCases.map(\.rawValue) {
            put("events/\(type)", try count("SELECT count(*) FROM \(events) AND event_type = '\(type)'"))
        }
        put("active_admins", try count("SELECT count(DISTINCT admin_user_id) FROM \(events)"))
        let top = try rows("SELECT admin_user_id, count(*) FROM \(events) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10")
        for (place, row) in top.enumerated() {
            put("top_admins/\(place)/admin_user_id", Double(row[0]))
            put("top_admins/\(place)/events", Double(row[1]))
        }
    }

    private mutating func completion() throws {
        let sessions = tally(
            try rows(
                "SELECT completion_status FROM profiler_sessions WHERE coalesce(started_at, occurred_at) >= :from AND coalesce(started_at, occurred_at) < :to"
            ))
        for status in CompletionStatus.allCases.map(\.rawValue) {
            put("completion_status/\(status)", sessions[status] ?? 0)
        }
        let all = sessions.values.reduce(0, +)
        let completed = (sessions["finished"] ?? 0) + (sessions["locked"] ?? 0)
        put("sessions", all)
        put("completed", completed)
        rate("completion_rate", completed, all)
    }

    private mutating func modules() throws {
        var seconds: [String: [Double]] = [:]
        for row in try rows(
            "SELECT m.key, m.value FROM \(Self.completed) s, json_each(s.payload, '$.time_spent_per_module') m")
        {
            seconds[row[0], default: []].append(Double(row[1]) ?? -1)
        }
        for (module, seconds) in seconds { numbers("\(module)/", seconds, average: "average_seconds", Self.seconds) }
    }

    private mutating func score(_ column: String) throws {
        let scores = try numbers("SELECT \(column) FROM \(Self.completed) WHERE \(column) IS NOT NULL")
        numbers("", scores, average: "average", [("p50", 0.5), ("p90", 0.9)])
        for bin in 0..<10 { put("histogram/\(bin)", Double(scores.count { min(Int($0 / 10), 9) == bin })) }
    }

    private mutating func distribution(_ column: String, known: [String]) throws {
        var counts = tally(try rows("SELECT \(column) FROM \(Self.completed) WHERE \(column) IS NOT NULL"))
        for name in known where counts[name] == nil { counts[name] = 0 }
        shares("", counts)
    }

    private mutating func choices() throws {
        var bySession: [String: [String: String]] = [:]
        for row in try rows(
            "SELECT s.session_id, json_extract(c.value, '$.question_id'), json_extract(c.value, '$.selected_option') FROM \(Self.completed) s, json_each(s.payload, '$.scenario_choices') c ORDER BY s.last_seq, c.key"
        ) { bySession[row[0], default: [:]][row[1]] = row[2] }
        var counts: [String: [String: Double]] = [:]
        for (question, option) in bySession.values.joined() { counts[question, default: [:]][option, default: 0] += 1 }
        for (question, options) in counts { shares("\(question)/", options) }
    }

    private mutating func devices() throws {
        let agents = try rows(
            "SELECT json_extract(payload, '$.device_browser.user_agent') FROM \(Self.completed) WHERE json_extract(payload, '$.device_browser.user_agent') IS NOT NULL"
        )
        let devices = agents.compactMap { row in RandomEvents.agents.first { $0.header == row[0] } }
        shares("browser/", tally(devices.map { [$0.browser] }))
        shares("os/", tally(devices.map { [$0.system] }))
    }

    private mutating func counts(_ metric: String) throws {
        let all = try count("SELECT count(*) FROM \(Self.completed)")
        func some(_ filter: String) throws -> Double {
            try count("SELECT count(*) FROM \(Self.completed) WHERE \(filter)")
        }
        switch metric {
        case "value_statements":
            let with = try some("trim(coalesce(json_extract(payload, '$.value_statement'), ''), ' ' || char(9)) <> ''")
            put("sessions", all)
            put("with_statement", with)
            rate("share", with, all)
        case "attempt_violations":
            put("sessions", all)
            put(
                "reported_violations",
                try some("attempt_count > 1 AND json_extract(payload, '$.admin_reset_by') IS NULL"))
            try learners()
        case "result_acceptance_rate":
            let (accepted, overridden) = (try some("result_accepted = 1"), try some("result_accepted = 0"))
            put("accepted", accepted)
            put("overridden", overridden)
            rate("acceptance_rate", accepted, accepted + overridden)
            put("target", 0.9)
            put("meets_target", accepted + overridden == 0 ? nil : (accepted / (accepted + overridden) >= 0.9 ? 1 : 0))
        default:
            let transitioned = try some("foundations_transition_at IS NOT NULL")
            put("completed", all)
            put("transitioned", transitioned)
            rate("transition_rate", transitioned, all)
            let hours = try numbers(
                "SELECT (foundations_transition_at - completed_at) / 3600000000.0 FROM \(Self.completed) WHERE foundations_transition_at >= completed_at"
            )
            quantiles("", hours, [("p50_hours", 0.5), ("p90_hours", 0.9)])
        }
    }

    private mutating func alignment() throws {
        var tracks: [String: (computed: [Double], reported: [Double], top: Double)] = [:]
        var sessions: [String: [(track: String, computed: Double?, reported: Double?)]] = [:]
        var comparisons: [String: (bits: Int, model: String)] = [:]
        for row in try rows(
            """
            SELECT s.last_seq, a.track, a.computed, a.reported, r.comparison, a.model, a.model_version
            FROM \(Self.completed) s JOIN profiler_alignments a ON a.seq = s.last_seq
            JOIN _alignment_results r ON r.seq = s.last_seq WHERE NOT is_shadow
            """
        ) {
            sessions[row[0], default: []].append((row[1], Double(row[2]), Double(row[3])))
            comparisons[row[0]] = (Int(row[4]) ?? 0, "\(row[5]) \(row[6])")
        }
        var drifts: [Double] = []
        var (compared, excluded, recommended, agreedWithRecommendation) = (0.0, 0.0, 0.0, 0.0)
        var models: [String: Double] = [:]
        var agreed = 0.0
        for (seq, values) in sessions {
            let (bits, model) = comparisons[seq]!
            for value in values {
                if let computed = value.computed { tracks[value.track, default: ([], [], 0)].computed.append(computed) }
                if let reported = value.reported { tracks[value.track, default: ([], [], 0)].reported.append(reported) }
            }
            guard let top = values.filter({ $0.computed != nil }).max(by: { $0.computed! < $1.computed! }) else {
                continue
            }
            tracks[top.track]?.top += 1
            models[model, default: 0] += 1
            if bits & 4 != 0 { recommended += 1 }
            if bits & 8 != 0 { agreedWithRecommendation += 1 }
            let inOrder = RandomStore.tracks.compactMap { track in
                values.first { $0.track == track && $0.reported != nil }
            }
            guard let highest = inOrder.map({ $0.reported! }).max() else { continue }
            guard bits & 1 != 0 else {
                excluded += 1
                continue
            }
            compared += 1
            if bits & 2 != 0 { drifts.append(inOrder.map { abs($0.computed! - $0.reported!) }.max()!) }
            if inOrder.first(where: { $0.reported! == highest })?.track == top.track { agreed += 1 }
        }
        func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
        for (track, values) in tracks {
            put("tracks/\(track)/count", Double(values.computed.count))
            put("tracks/\(track)/average_computed", mean(values.computed))
            put("tracks/\(track)/reported_count", Double(values.reported.count))
            put("tracks/\(track)/average_reported", mean(values.reported))
            put("tracks/\(track)/top_count", values.top)
        }
        for (place, model) in models.keys.sorted().enumerated() {
            put("models/\(place)/count", models[model])
        }
        put("recommendation_compared", recommended)
        put("recommendation_agreed", agreedWithRecommendation)
        rate("recommendation_agreement", agreedWithRecommendation, recommended)
        put("drift/excluded", excluded)
        put("drift/compared", compared)
        put("drift/average_points", mean(drifts))
        put("drift/top_track_agreed", agreed)
        rate("drift/top_track_agreement", agreed, compared)
    }

    private mutating func quality() throws {
        let window = "received_at >= :from AND received_at < :to"
        for queue in IngestQueue.allCases {
            let tables = queue == .profiler ? [EventTable.profiler] : [.recommendation, .outcome, .view]
            let stored = try tables.reduce(0) { $0 + (try count("SELECT count(*) FROM \($1.name) WHERE \(window)")) }
            let duplicates = try count(
                "SELECT count(*) FROM _duplicate_deliveries WHERE \(window) AND queue = '\(queue.name)'")
            let reasons = tally(try rows("SELECT reason FROM quarantine WHERE \(window) AND queue = '\(queue.name)'"))
            let quarantined = reasons.values.reduce(0, +)
            let path = "queues/\(queue.name)/"
            put(path + "received", stored + duplicates + quarantined)
            put(path + "stored", stored)
            put(path + "duplicates", duplicates)
            put(path + "quarantined", quarantined)
            rate(path + "quarantine_rate", quarantined, stored + duplicates + quarantined)
            for (reason, count) in reasons { put(path + "reason/\(reason)", count) }
        }
        let all = EventTable.allCases.map { "SELECT event_id, occurred_at, received_at FROM \($0.name)" }.joined(
            separator: " UNION ALL ")
        let warnings = tally(
            try rows("SELECT code FROM event_warnings JOIN (\(all)) e USING (event_id, occurred_at) WHERE \(window)"))
        for code in Warning.Code.allCases { put("warnings/\(code.rawValue)", warnings[code.rawValue] ?? 0) }
        put("missing_version", warnings["missing_version"] ?? 0)
    }
}
