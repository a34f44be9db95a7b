extension StoreDictionary {
    static let profilerEvents = StoreTable(
        "profiler_events", .appendOnly,
        "One row for each profiler message that was stored. A session sends several.",
        [
            StoreColumn("seq", .integer, "Number of the event, in order of arrival over all four event tables."),
            StoreColumn("event_id", .text, "Id of the event."),
            StoreColumn("occurred_at", .integer, "When the event occurred.", unit: .time),
            StoreColumn("received_at", .integer, "When the daemon received the message.", unit: .time),
            StoreColumn("user_id", .text, "Id of the user who was profiled."),
            StoreColumn("session_id", .text, "Id of the session of the profiler."),
            StoreColumn(
                "completion_status", .text,
                "How far the session came: `started`, `in_progress`, `finished` or `locked`."),
            StoreColumn("aptitude_score", .real, "Points for aptitude, 0 to 100.", unit: .points, null: "not given"),
            StoreColumn(
                "technical_exposure_score", .real,
                "Points for technical exposure, 0 to 100.", unit: .points, null: "not given"),
            StoreColumn(
                "work_style_cluster", .text,
                "How somebody works: `collaborative`, `independent` or `balanced`.", null: "not given"),
            StoreColumn(
                "difficulty_selection", .text,
                "Difficulty that was selected: `novice`, `beginner`, `intermediate`, `advanced` or `elite`.",
                null: "not given"),
            StoreColumn("recommended_track_id", .text, "Track that was recommended.", null: "not given"),
            StoreColumn("track_confidence", .real, "Confidence in the recommendation, 0 to 1.", null: "not given"),
            StoreColumn(
                "result_accepted", .integer,
                "Whether the recommendation was accepted, 1, or overridden, 0.", null: "not decided"),
            StoreColumn("attempt_count", .integer, "How many attempts the learner has made.", null: "not given"),
            StoreColumn(
                "started_at", .integer,
                "When the session was started.", unit: .time,
                null: "not given, or impossible"),
            StoreColumn(
                "completed_at", .integer, "When the session was completed.", unit: .time,
                null: "not given, or impossible"),
            StoreColumn(
                "result_accepted_at", .integer, "When the result was accepted.", unit: .time,
                null: "not given, or impossible"),
            StoreColumn(
                "foundations_transition_at", .integer,
                "When the learner went on to the foundations.", unit: .time, null: "not given, or impossible"),
            StoreColumn("time_spent_seconds", .integer, "Seconds spent in all.", unit: .seconds, null: "not given"),
            StoreColumn(
                "payload", .text,
                """
                The whole message as JSON, unknown members included; `privacy.ip_address` may have shortened or removed an \
                address.
                """),
            StoreColumn(
                "override_track_id", .text,
                "Track that was chosen instead.", null: "not given, or before version 0.2.0"),
            StoreColumn(
                "admin_reset_by", .text, "Who allowed another attempt.", null: "not given, or before version 0.2.0"),
            StoreColumn(
                "overall_score", .real,
                "Points of the whole session, 0 to 100.", unit: .points, null: "not given, or before version 0.2.0"),
            StoreColumn(
                "behavioral_score", .real,
                "Points for behaviour, 0 to 100.", unit: .points, null: "not given, or before version 0.2.0"),
        ])

    static let profilerSessions = StoreTable(
        "profiler_sessions", .view,
        """
        One row for each session, as the fold over its messages, by `occurred_at`, then by arrival: what a message does not \
        say stays as it was, modules are merged by name and answers by question, and a reset begins anew.
        """,
        [
            StoreColumn("session_id", .text, "Id of the session of the profiler."),
            StoreColumn("user_id", .text, "Id of the user who was profiled."),
            StoreColumn("last_seq", .integer, "Number (`seq`) of the session's newest event."),
            StoreColumn("event_id", .text, "Id of the newest event."),
            StoreColumn("occurred_at", .integer, "When the newest event occurred.", unit: .time),
            StoreColumn("received_at", .integer, "When the daemon received that event.", unit: .time),
            StoreColumn(
                "completion_status", .text,
                "How far the session came: `started`, `in_progress`, `finished` or `locked`."),
            StoreColumn("aptitude_score", .real, "Points for aptitude, 0 to 100.", unit: .points, null: "not given"),
            StoreColumn(
                "technical_exposure_score", .real,
                "Points for technical exposure, 0 to 100.", unit: .points, null: "not given"),
            StoreColumn(
                "overall_score", .real,
                "Points of the whole session, 0 to 100.", unit: .points, null: "not given, or before version 0.2.0"),
            StoreColumn(
                "behavioral_score", .real,
                "Points for behaviour, 0 to 100.", unit: .points, null: "not given, or before version 0.2.0"),
            StoreColumn(
                "work_style_cluster", .text,
                "How somebody works: `collaborative`, `independent` or `balanced`.", null: "not given"),
            StoreColumn(
                "difficulty_selection", .text,
                "Difficulty that was selected: `novice`, `beginner`, `intermediate`, `advanced` or `elite`.",
                null: "not given"),
            StoreColumn(
                "recommended_track_id", .text, "Track that was recommended before the result was decided.",
                null: "not given"),
            StoreColumn("track_confidence", .real, "Confidence in the recommendation, 0 to 1.", null: "not given"),
            StoreColumn(
                "result_accepted", .integer,
                "Whether the recommendation was accepted, 1, or overridden, 0.", null: "not decided"),
            StoreColumn(
                "override_track_id", .text,
                "Track that was chosen instead.", null: "not given, or before version 0.2.0"),
            StoreColumn("attempt_count", .integer, "How many attempts the learner has made.", null: "not given"),
            StoreColumn(
                "admin_reset_by", .text, "Who allowed another attempt.", null: "not given, or before version 0.2.0"),
            StoreColumn(
                "started_at", .integer,
                "When the session was started.", unit: .time,
                null: "not given, or impossible"),
            StoreColumn(
                "completed_at", .integer, "When the session was completed.", unit: .time,
                null: "not given, or impossible"),
            StoreColumn(
                "result_accepted_at", .integer, "When the result was accepted.", unit: .time,
                null: "not given, or impossible"),
            StoreColumn(
                "foundations_transition_at", .integer,
                "When the learner went on to the foundations.", unit: .time, null: "not given, or impossible"),
            StoreColumn("time_spent_seconds", .integer, "Seconds spent in all.", unit: .seconds, null: "not given"),
            StoreColumn("was_reset", .integer, "Whether the session was begun anew: 1 or 0."),
            StoreColumn(
                "top_track", .text, "Track with the highest computed alignment.", null: "no alignment was computed"),
            StoreColumn(
                "payload", .text,
                "What a message would be that says all of the session, as JSON, unknown members included."),
        ])

    static let profilerModules = StoreTable(
        "profiler_modules", .view,
        "One row for each module of a session, as its messages say together.",
        [
            StoreColumn("session_id", .text, "Id of the session of the profiler."),
            StoreColumn("module", .text, "Name of the module."),
            StoreColumn("seconds", .real, "Seconds spent in it.", unit: .seconds),
        ])

    static let profilerAnswers = StoreTable(
        "profiler_answers", .view,
        """
        One row for each question that was answered in a session; a later answer replaces an earlier one. Of a question that \
        was answered twice in a message the one in `answers` counts, then the last.
        """,
        [
            StoreColumn("session_id", .text, "Id of the session of the profiler."),
            StoreColumn("question", .text, "Name of the question: `question_id`, else `question_key`."),
            StoreColumn("option", .text, "Option that was selected."),
        ])

    static let profilerDimensions = StoreTable(
        "profiler_dimensions", .view,
        """
        One row for each member of a session that `ingest.dimensions` declares; the newest message counts that says it.
        """,
        [
            StoreColumn("session_id", .text, "Id of the session of the profiler."),
            StoreColumn("dimension", .text, "Name of the member."),
            StoreColumn("value", .text, "What it holds, as text."),
        ])

    static let eventDimensions = StoreTable(
        "event_dimensions", .view,
        """
        One row for each member of a stored event that `ingest.dimensions` declared when the event was stored, or at the last \
        `alidade store rebuild`.
        """,
        [
            StoreColumn("seq", .integer, "Number (`seq`) of the event, in any of the four event tables."),
            StoreColumn("dimension", .text, "Name of the member."),
            StoreColumn("value", .text, "What it holds, as text; the first 64 characters."),
        ])

    static let profilerAlignments = StoreTable(
        "profiler_alignments", .view,
        "One row for each stored profiler message, model and track. A message without answers has none.",
        [
            StoreColumn("seq", .integer, "Number (`seq`) of the event."),
            StoreColumn("track", .text, "Name of the track in the model."),
            StoreColumn("model", .text, "Name of the model."),
            StoreColumn("model_version", .text, "Version of the model."),
            StoreColumn(
                "computed", .real,
                "What Alidade computed, in percent, 0 to 100.", unit: .percent, null: "no answer counted"),
            StoreColumn(
                "reported", .real, "What the message said, in percent, 0 to 100.", unit: .percent, null: "not given"),
            StoreColumn(
                "is_shadow", .integer,
                "Whether the model in `alignment.shadow` computed it, 1, or `alignment.model`, 0."),
            StoreColumn("session_id", .text, "Id of the session of the profiler."),
            StoreColumn("occurred_at", .integer, "When the newest event occurred.", unit: .time),
            StoreColumn(
                "share", .real, "How much of a full set of answers there was, 0 to 1.", null: "no answer counted"),
        ])
}
