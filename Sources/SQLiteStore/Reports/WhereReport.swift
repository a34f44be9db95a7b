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
            "SELECT \(table.rawValue) AS place, seq, occurred_at, received_at FROM \(table.name) WHERE event_id = ?1"
        }
        let rows = try database.prepare(
            """
            SELECT place, seq, occurred_at, received_at FROM (\(selects.joined(separator: " UNION ALL ")))
            WHERE ?2 IS NULL OR occurred_at = ?2 ORDER BY occurred_at, seq
            """)
        rows.bind(1, eventID)
        rows.bind(2, occurredAt)
        var stored: [WhereReport.Stored] = []
        while try rows.step() {
            let (seq, occurredAt) = (rows.integer(1), rows.integer(2))
            let duplicates = try database.prepare(
                "SELECT count, last_received_at FROM _duplicate_events WHERE occurred_at = ? AND event_id = ?")
            duplicates.bind(1, occurredAt)
            duplicates.bindID(2, eventID)
            let cameAgain = try duplicates.step()
            stored.append(
                WhereReport.Stored(
                    table: EventTable(rawValue: rows.integer(0))?.name ?? "", seq: seq, occurredAt: occurredAt,
                    receivedAt: rows.integer(3),
                    duplicates: cameAgain ? duplicates.integer(0) : 0,
                    lastDuplicateAt: cameAgain ? duplicates.integer(1) : nil,
                    warnings: try findWarnings(seq, eventID, occurredAt)))
        }
        return stored
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
    /// Warnings are written with their events, so they stand in the order of `seq`, which is searched by halving. Rows of before schema 6
    /// have none; they are older than all others, and are looked through where the event is as old.
    private func findWarnings(_ seq: Int64, _ eventID: String, _ occurredAt: Timestamp) throws(StoreError)
        -> [WhereReport.Warning]
    {
        let probe = try database.prepare(
            "SELECT id, coalesce(seq, -1) FROM event_warnings WHERE id >= ? ORDER BY id LIMIT 1")
        /// The first id from which on all rows have at least this `seq`.
        func firstID(from seq: Int64) throws(StoreError) -> Int64 {
            var (low, high) = (
                Int64(0), try database.integer("SELECT coalesce(max(id), 0) + 1 FROM event_warnings") ?? 1
            )
            while low < high {
                let middle = low + (high - low) / 2
                probe.bind(1, middle)
                let isThere = try probe.step()
                let (id, found) = isThere ? (probe.integer(0), probe.integer(1)) : (high, Int64.max)
                probe.reset()
                if found >= seq { high = middle } else { low = id + 1 }
            }
            return low
        }
        let ofSeq = try database.prepare(
            "SELECT code, pointer, detail, count FROM event_warnings WHERE id >= ?1 AND id < ?2 AND seq = ?3 ORDER BY id"
        )
        ofSeq.bind(1, try firstID(from: seq))
        ofSeq.bind(2, try firstID(from: seq + 1))
        ofSeq.bind(3, seq)
        let found = try warnings(ofSeq)
        let firstWithSeq = try firstID(from: 0)
        guard found.isEmpty, firstWithSeq > 1 else { return found }
        let old = try database.prepare(
            """
            SELECT code, pointer, detail, count(*) FROM event_warnings
            WHERE id < ?1 AND occurred_at = ?2 AND event_id = ?3 AND seq IS NULL GROUP BY code ORDER BY min(id)
            """)
        old.bind(1, firstWithSeq)
        old.bind(2, occurredAt)
        old.bind(3, eventID)
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
        let row = try database.prepare("\(Self.quarantined) WHERE quarantine.id = ?")
        var found: [WhereReport.Quarantined] = []
        for (id, match) in matches {
            row.bind(1, id)
            if try row.step() {
                var entry = WhereReport.Quarantined(row)
                entry.found = match
                found.append(entry)
            }
            row.reset()
        }
        return (found, WhereReport.Searched(messages: count, total: total))
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
