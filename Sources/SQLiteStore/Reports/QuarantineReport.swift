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
        let byFault = ListConditions(faults: filter)
        let conditions = byFault ?? ListConditions(filter)
        let (count, source) =
            byFault == nil
            ? ("count(*)", filter.countedSource) : ("coalesce(sum(\(filter.counted)), 0)", "_quarantine_faults")
        let rows = try database.prepare("SELECT \(count) FROM \(source) WHERE \(conditions.sql)")
        conditions.bind(to: rows)
        return try rows.step() ? rows.integer(0) : 0
    }

    /// How many unresolved messages there are by reason, most first.
    @available(*, noasync)
    package func quarantineCounts() throws(StoreError) -> [(reason: String, count: Int64)] {
        let rows = try database.prepare(
            """
            SELECT reason, sum(total - replayed - discarded) AS open FROM _quarantine_faults
            GROUP BY reason HAVING open > 0 ORDER BY open DESC, reason
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

    func forEachQuarantined(_ filter: QuarantineFilter, _ body: (QuarantineEntry) throws -> Void) throws {
        guard !filter.isByFault else { return try forEachByFault(filter, body) }
        var conditions = ListConditions(filter)
        let (bound, count) = (conditions.parameter(.integer(0)), conditions.parameter(.integer(0)))
        let rows = try prepare(
            """
            SELECT quarantine.id, received_at, queue, event_id, reason, pointer, detail, errors, body, properties, action, resolved_at, note,
                   coalesce(error_count, json_array_length(errors)), actor
            FROM \(filter.source) WHERE \(conditions.sql) AND quarantine.id \(filter.isNewestFirst ? "<" : ">") \(bound)
            ORDER BY quarantine.id \(filter.isNewestFirst ? "DESC" : "") LIMIT \(count)
            """)
        conditions.bind(to: rows)
        let places = (bound: Int32(conditions.values.count - 1), count: Int32(conditions.values.count))
        // Some at a time: `body` may take for ever (a pager), and an open statement keeps the write-ahead log from being emptied.
        var left = filter.limit
        var last: Int64 = filter.isNewestFirst ? .max : 0
        while left > 0 {
            rows.bind(places.bound, last)
            rows.bind(places.count, Int64(min(left, Self.quarantinePage)))
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

    /// The index says which they are, but not in their order: all numbers are found first.
    private func forEachByFault(_ filter: QuarantineFilter, _ body: (QuarantineEntry) throws -> Void) throws {
        let ids = try quarantineIDs(filter, after: 0, count: filter.isNewestFirst ? .max : filter.limit)
        var left = (filter.isNewestFirst ? ids.reversed() : ids).prefix(filter.limit)[...]
        while !left.isEmpty {
            var page = filter
            page.ids = Array(left.prefix(Self.idPage))
            page.limit = .max
            try forEachQuarantined(page, body)
            left = left.dropFirst(Self.idPage)
        }
    }

    private static var idPage: Int { 512 }

    func quarantineIDs(_ filter: QuarantineFilter, after id: Int64, count: Int) throws(StoreError) -> [Int64] {
        var conditions = ListConditions(filter)
        let bound = "quarantine.id > \(conditions.parameter(.integer(id)))"
        let limit = conditions.parameter(.integer(Int64(max(count, 0))))
        let rows = try prepare(
            """
            SELECT quarantine.id FROM \(filter.isByFault ? filter.countedSource : filter.source)
            WHERE \(conditions.sql) AND \(bound) ORDER BY quarantine.id LIMIT \(limit)
            """)
        conditions.bind(to: rows)
        var ids: [Int64] = []
        while try rows.step() { ids.append(rows.integer(0)) }
        return ids
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
