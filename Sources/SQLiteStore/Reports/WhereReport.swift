package import Events
package import Store

extension SQLiteReader {
    /// Looks an event up by its id, and its time where that is known.
    @available(*, noasync)
    package func find(eventID: String, occurredAt: Timestamp? = nil) throws(StoreError) -> WhereReport {
        WhereReport(
            stored: try findStored(eventID, occurredAt), quarantined: try findQuarantined(eventID))
    }

    private func findStored(_ eventID: String, _ occurredAt: Timestamp?) throws(StoreError) -> [WhereReport.Stored] {
        let selects = EventTable.allCases.map { table in
            """
            SELECT \(table.rawValue) AS place, seq, occurred_at, received_at, \(Self.subject(table)) AS subject, \(Self.word(table)) AS word
            FROM \(table.name) WHERE event_id = ?1
            """
        }
        let rows = try database.prepare(
            """
            SELECT place, seq, occurred_at, received_at, subject, word FROM (\(selects.joined(separator: " UNION ALL ")))
            WHERE ?2 IS NULL OR occurred_at = ?2 ORDER BY occurred_at, seq
            """)
        rows.bind(1, eventID)
        rows.bind(2, occurredAt)
        var stored: [WhereReport.Stored] = []
        while try rows.step() {
            let (seq, occurredAt) = (rows.integer(1), rows.integer(2))
            let duplicates = try duplicates(eventID: eventID, occurredAt: occurredAt)
            stored.append(
                WhereReport.Stored(
                    table: EventTable(rawValue: rows.integer(0))?.name ?? "", seq: seq, occurredAt: occurredAt,
                    receivedAt: rows.integer(3), subject: Self.subject(rows), word: rows.text(5),
                    duplicates: duplicates.count, lastDuplicateAt: duplicates.last,
                    warnings: try warnings(seq: seq, eventID: eventID, occurredAt: occurredAt)))
        }
        return stored
    }

    private static func subject(_ table: EventTable) -> String {
        table == .profiler ? "session_id" : "risk_signal_id"
    }

    private static func word(_ table: EventTable) -> String {
        switch table {
        case .profiler: "completion_status"
        case .recommendation: "action_taken"
        case .outcome: "outcome_status"
        case .view: "event_type"
        }
    }

    /// A view may be of no signal.
    private static func subject(_ row: Statement) -> WhereReport.Subject? {
        if row.integer(0) == EventTable.profiler.rawValue { return .session(row.text(4)) }
        return row.optionalInteger(4).map { .signal($0) }
    }

    private func findQuarantined(_ eventID: String) throws(StoreError) -> [WhereReport.Quarantined] {
        let rows = try database.prepare("\(Self.quarantined) WHERE event_id = ? ORDER BY quarantine.id")
        rows.bind(1, eventID)
        var quarantined: [WhereReport.Quarantined] = []
        while try rows.step() { quarantined.append(WhereReport.Quarantined(rows)) }
        return quarantined
    }

    fileprivate static var quarantined: String {
        """
        SELECT quarantine.id, queue, received_at, reason, pointer, detail, action, resolved_at, event_id
        FROM quarantine LEFT JOIN quarantine_resolutions ON quarantine_id = quarantine.id
        """
    }
}

// MARK: Warnings

extension SQLiteReader {
    /// Rows of before schema 6 do not name their event by its number, and there is one for each warning.
    func warnings(seq: Int64, eventID: String, occurredAt: Timestamp) throws(StoreError) -> [WhereReport.Warning] {
        let ofSeq = try database.prepare(
            "SELECT code, pointer, detail, count FROM event_warnings WHERE seq = ? ORDER BY id")
        ofSeq.bind(1, seq)
        let found = try warnings(ofSeq)
        guard found.isEmpty else { return found }
        let old = try database.prepare(
            """
            SELECT code, pointer, detail, count(*) FROM event_warnings
            WHERE seq IS NULL AND occurred_at = ?1 AND event_id = ?2 GROUP BY code ORDER BY min(id)
            """)
        old.bind(1, occurredAt)
        old.bind(2, eventID)
        return try warnings(old)
    }

    private func warnings(_ rows: Statement) throws(StoreError) -> [WhereReport.Warning] {
        var warnings: [WhereReport.Warning] = []
        while try rows.step() {
            warnings.append(
                WhereReport.Warning(
                    code: rows.text(0), pointer: rows.text(1), detail: rows.text(2), count: rows.integer(3)))
        }
        rows.reset()
        return warnings
    }
}

// MARK: Inside bodies

extension SQLiteReader {
    private static var searchedPage: Int64 { 256 }
    private static var mostFound: Int { 20 }

    @available(*, noasync)
    package func findInBodies(eventID: String, limit: Int64, deadline: ContinuousClock.Instant?) throws(StoreError)
        -> (found: [WhereReport.Quarantined], searched: WhereReport.Searched)
    {
        let total = try database.integer("SELECT count(*) FROM quarantine") ?? 0
        let search = BodySearch(eventID: eventID)
        let bodies = try database.prepare(
            "SELECT id, body FROM quarantine WHERE id < ?1 AND event_id <> ?2 ORDER BY id DESC LIMIT ?3")
        bodies.bind(2, eventID)
        var matches: [(id: Int64, match: BodySearch.Match)] = []
        var last = Int64.max
        var count: Int64 = 0
        var isEnd = false
        while !isEnd, count < limit {
            let page = min(Self.searchedPage, limit - count)
            bodies.bind(1, last)
            bodies.bind(3, page)
            var read: Int64 = 0
            while !isEnd, try bodies.step() {
                last = bodies.integer(0)
                read += 1
                if let match = search.find(in: bodies.bytes(1)) { matches.append((last, match)) }
                isEnd = matches.count >= Self.mostFound || deadline.map { ContinuousClock.now >= $0 } ?? false
            }
            bodies.reset()
            count += read
            if read < page { isEnd = true }
        }
        var found: [WhereReport.Quarantined] = []
        for (id, match) in matches {
            for var entry in try quarantined([id]) {
                entry.found = match
                found.append(entry)
            }
        }
        return (found, WhereReport.Searched(messages: count, total: total))
    }

    func quarantined(_ ids: [Int64]) throws(StoreError) -> [WhereReport.Quarantined] {
        let row = try database.prepare("\(Self.quarantined) WHERE quarantine.id = ?")
        return try database.rows(ids, row) { row throws(StoreError) in WhereReport.Quarantined(row) }
    }
}

extension WhereReport.Quarantined {
    fileprivate init(_ rows: Statement) {
        self.init(
            id: rows.integer(0), eventID: rows.text(8), queue: rows.text(1), receivedAt: rows.integer(2),
            reason: rows.text(3), pointer: rows.text(4), detail: rows.text(5), resolution: rows.optionalText(6),
            resolvedAt: rows.optionalInteger(7))
    }
}
