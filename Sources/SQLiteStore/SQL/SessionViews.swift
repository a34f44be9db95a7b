internal import Events

/// What the payloads of sessions' latest states hold more than once: times of modules, and answers.
///
/// They are read as the decoder reads them: numbers also from texts, ids also from integers; what cannot be used is left out.
enum SessionViews {
    static var sql: String { modules + "\n" + answers }

    private static var modules: String {
        let (lowest, highest) = (MessageLimits.moduleSeconds.lowerBound, MessageLimits.moduleSeconds.upperBound)
        return """
            CREATE VIEW profiler_modules AS
            SELECT session_id, module, min(max(seconds, \(lowest)), \(highest)) AS seconds
            FROM (
                SELECT session_id, entry.key AS module, \(number("entry")) AS seconds
                FROM profiler_sessions, json_each(\(member("time_spent_per_module", "object"))) AS entry
                WHERE length(entry.key) BETWEEN \(MessageLimits.moduleName.lowerBound) AND \(MessageLimits.moduleName.upperBound)
            )
            WHERE seconds BETWEEN \(lowest) - \(MessageLimits.slack) AND \(highest) + \(MessageLimits.slack);
            """
    }

    /// Of a question that was answered twice `answers` wins, then the last: SQLite takes the other columns from the row with the maximum. The
    /// answers of a session are put together beside it, so that those of one session are found without reading the others.
    static var answers: String {
        let question = "coalesce(\(id("question_id")), \(id("question_key")))"
        return """
            CREATE VIEW profiler_answers AS
            SELECT session_id, answer.key AS question, answer.value AS option
            FROM profiler_sessions, json_each((
                SELECT json_group_object(question, option)
                FROM (
                    SELECT question, option, max(place)
                    FROM (
                        SELECT \(question) AS question, \(option) AS option, entry.key AS place
                        FROM json_each(\(member("scenario_choices", "array"))) AS entry
                        WHERE entry.type = 'object'
                        UNION ALL
                        SELECT \(question), \(option), entry.key + 1000
                        FROM json_each(\(member("answers", "array"))) AS entry
                        WHERE entry.type = 'object'
                    )
                    WHERE question IS NOT NULL AND option IS NOT NULL
                    GROUP BY question
                )
            )) AS answer;
            """
    }

    /// Of a member that is nothing of the kind, null, of which there is no entry.
    private static func member(_ name: String, _ type: String) -> String {
        "CASE json_type(payload, '$.\(name)') WHEN '\(type)' THEN json_extract(payload, '$.\(name)') END"
    }

    private static func number(_ entry: String) -> String {
        """
        CASE \(entry).type WHEN 'integer' THEN CAST(\(entry).value AS REAL) WHEN 'real' THEN \(entry).value
        WHEN 'text' THEN CASE WHEN \(entry).value GLOB '*[0-9]' AND \(entry).value NOT GLOB '*[^-+.0-9eE]*' AND json_valid(\(entry).value)
        THEN CAST(\(entry).value AS REAL) END END
        """
    }

    private static func id(_ name: String) -> String {
        text(name, "WHEN 'integer' THEN CAST(json_extract(entry.value, '$.\(name)') AS TEXT)", MessageLimits.question)
    }

    private static var option: String {
        let name = "selected_option"
        let others = """
            WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'integer' THEN CAST(json_extract(entry.value, '$.\(name)') AS TEXT)
            WHEN 'real' THEN CAST(json_extract(entry.value, '$.\(name)') AS TEXT)
            """
        return text(name, others, MessageLimits.option)
    }

    private static func text(_ name: String, _ others: String, _ length: ClosedRange<Int>) -> String {
        let value = "json_extract(entry.value, '$.\(name)')"
        return """
            CASE json_type(entry.value, '$.\(name)') WHEN 'text' THEN
            CASE WHEN length(\(value)) BETWEEN \(length.lowerBound) AND \(length.upperBound) THEN \(value) END
            \(others) END
            """
    }
}
