internal import Events
package import Store

extension SQLiteReader {
    @available(*, noasync)
    package func session(_ id: String, messages limit: Int) throws(StoreError) -> SessionStory? {
        try database.inSnapshot { database throws(StoreError) in
            let newest = try database.prepare(
                "SELECT seq FROM profiler_events AS e WHERE session_id = ? AND \(SessionColumns.isNewest)")
            newest.bind(1, id)
            guard try newest.step() else { return nil }
            guard let latest = try sessionRows([newest.integer(0)]).first else { return nil }
            newest.reset()
            let numbers = try numbers(of: id, limit + 1)
            return SessionStory(
                latest: latest, messages: try messages(Array(numbers.prefix(limit))), isCut: numbers.count > limit,
                modules: try modules(of: id), answers: try answers(of: id))
        }
    }

    private func numbers(of session: String, _ limit: Int) throws(StoreError) -> [Int64] {
        let rows = try database.prepare(
            "SELECT seq FROM profiler_events WHERE session_id = ? ORDER BY occurred_at, seq LIMIT ?")
        rows.bind(1, session)
        rows.bind(2, Int64(limit))
        var numbers: [Int64] = []
        while try rows.step() { numbers.append(rows.integer(0)) }
        return numbers
    }

    private func messages(_ numbers: [Int64]) throws(StoreError) -> [SessionStory.Message] {
        let row = try database.prepare(
            """
            SELECT seq, event_id, occurred_at, received_at, completion_status, payload FROM profiler_events WHERE seq = ?
            """)
        let aligned = try database.prepare(
            """
            SELECT model, model_version, is_shadow, track, computed, reported, share FROM profiler_alignments WHERE seq = ?
            """)
        return try database.rows(numbers, row) { row throws(StoreError) in
            let (seq, id, time) = (row.integer(0), row.text(1), row.integer(2))
            aligned.bind(1, seq)
            defer { aligned.reset() }
            var alignments: [SessionStory.Alignment] = []
            while try aligned.step() {
                alignments.append(
                    SessionStory.Alignment(
                        model: aligned.text(0), version: aligned.text(1), isShadow: aligned.integer(2) != 0,
                        track: aligned.text(3), computed: aligned.optionalDouble(4),
                        reported: aligned.optionalDouble(5), share: aligned.optionalDouble(6)))
            }
            return SessionStory.Message(
                seq: seq, eventID: id, occurredAt: time, receivedAt: row.integer(3), status: row.text(4),
                payload: row.text(5), warnings: try warnings(seq: seq, eventID: id, occurredAt: time),
                alignments: alignments, duplicates: try duplicates(eventID: id, occurredAt: time).count)
        }
    }

    /// Of an event that is stored, how often it came again, and when last.
    func duplicates(eventID: String, occurredAt: Timestamp) throws(StoreError) -> (count: Int64, last: Timestamp?) {
        let rows = try database.prepare(
            "SELECT count, last_received_at FROM _duplicate_events WHERE occurred_at = ? AND event_id = ?")
        rows.bind(1, occurredAt)
        rows.bindID(2, eventID)
        return try rows.step() ? (rows.integer(0), rows.integer(1)) : (0, nil)
    }

    private func modules(of session: String) throws(StoreError) -> [SessionStory.Module] {
        let rows = try database.prepare(
            "SELECT module, seconds FROM profiler_modules WHERE session_id = ? ORDER BY module")
        rows.bind(1, session)
        var modules: [SessionStory.Module] = []
        while try rows.step() { modules.append(.init(name: rows.text(0), seconds: rows.double(1))) }
        return modules
    }

    private func answers(of session: String) throws(StoreError) -> [SessionStory.Answer] {
        let rows = try database.prepare("SELECT question, option FROM profiler_answers WHERE session_id = ?")
        rows.bind(1, session)
        var answers: [SessionStory.Answer] = []
        while try rows.step() { answers.append(.init(question: rows.text(0), option: rows.text(1))) }
        return answers
    }
}
