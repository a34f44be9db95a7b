internal import Events
package import Store

extension SQLiteReader {
    /// Calls `body` for each message the filter lets through, in its order; some at a time, so that any number fits in memory.
    @available(*, noasync)
    package func forEachQuarantined(
        _ filter: QuarantineFilter, _ body: (QuarantineEntry) throws -> Void
    ) throws {
        try database.forEachQuarantined(filter, body)
    }

    /// How many messages the filter lets through, whatever its limit.
    @available(*, noasync)
    package func quarantineCount(_ filter: QuarantineFilter) throws(StoreError) -> Int64 {
        let rows = try database.prepare("SELECT count(*) \(Database.quarantined(filter))")
        Database.bind(filter, to: rows)
        return try rows.step() ? rows.integer(0) : 0
    }

    /// How many unresolved messages there are by reason, most first.
    @available(*, noasync)
    package func quarantineCounts() throws(StoreError) -> [(reason: String, count: Int64)] {
        let rows = try database.prepare(
            """
            SELECT reason, count(*) FROM quarantine
            WHERE NOT EXISTS (SELECT 1 FROM quarantine_resolutions WHERE quarantine_id = quarantine.id)
            GROUP BY reason ORDER BY count(*) DESC, reason
            """)
        var counts: [(reason: String, count: Int64)] = []
        while try rows.step() { counts.append((rows.text(0), rows.integer(1))) }
        return counts
    }
}

extension Database {
    /// Messages that are read in one go, or fewer that have so many bytes together.
    private static var quarantinePage: Int { 32 }
    private static var quarantinePageBytes: Int { 8 << 20 }

    /// The rows that a filter lets through, as the end of a statement; to be bound with ``bind(_:to:)``.
    static func quarantined(_ filter: QuarantineFilter) -> String {
        var conditions = ["1"]
        if filter.ids != nil { conditions.append("quarantine.id IN (SELECT value FROM json_each(?2))") }
        if filter.reason != nil { conditions.append("reason = ?3") }
        if filter.queue != nil { conditions.append("queue = ?4") }
        if !filter.includesResolved { conditions.append("action IS NULL") }
        return """
            FROM quarantine LEFT JOIN quarantine_resolutions ON quarantine_id = quarantine.id
            WHERE \(conditions.joined(separator: " AND "))
            """
    }

    static func bind(_ filter: QuarantineFilter, to statement: Statement) {
        if let ids = filter.ids { statement.bind(2, "\(ids)") }
        if let reason = filter.reason { statement.bind(3, reason) }
        if let queue = filter.queue { statement.bind(4, queue) }
    }

    func forEachQuarantined(_ filter: QuarantineFilter, _ body: (QuarantineEntry) throws -> Void) throws {
        let rows = try prepare(
            """
            SELECT quarantine.id, received_at, queue, event_id, reason, pointer, detail, errors, body, properties, action, resolved_at, note,
                   coalesce(error_count, json_array_length(errors)), actor
            \(Self.quarantined(filter)) AND quarantine.id \(filter.isNewestFirst ? "<" : ">") ?1
            ORDER BY quarantine.id \(filter.isNewestFirst ? "DESC" : "") LIMIT ?5
            """)
        Self.bind(filter, to: rows)
        // Some at a time: `body` may take for ever (a pager), and an open statement keeps the write-ahead log from being emptied.
        var left = filter.limit
        var last: Int64 = filter.isNewestFirst ? .max : 0
        while left > 0 {
            rows.bind(1, last)
            rows.bind(5, Int64(min(left, Self.quarantinePage)))
            var page: [QuarantineEntry] = []
            var bytes = 0
            while bytes < Self.quarantinePageBytes, try rows.step() {
                page.append(QuarantineEntry(rows))
                bytes += page[page.count - 1].body.count
            }
            rows.reset()
            guard let entry = page.last else { return }
            last = entry.id
            left -= page.count
            for entry in page { try body(entry) }
        }
    }
}

extension QuarantineEntry {
    init(_ row: Statement) {
        self.init(
            id: row.integer(0), receivedAt: row.integer(1), queue: row.text(2), eventID: row.text(3),
            reason: row.text(4),
            pointer: row.text(5), detail: row.text(6), errors: row.text(7), errorCount: row.integer(13),
            body: Array(row.bytes(8)),
            properties: row.text(9),
            resolution: row.optionalText(10), resolvedAt: row.optionalInteger(11), note: row.optionalText(12),
            actor: row.optionalText(14))
    }
}
