package import Events
package import Store

extension SQLiteReader {
    private static var columns: String {
        """
        quarantine.id, received_at, queue, event_id, reason, pointer, detail, coalesce(error_count, json_array_length(errors)),
        length(body), action, resolved_at, actor, note, operation_id, stored_seq
        """
    }

    @available(*, noasync)
    package func quarantineRows(_ filter: QuarantineFilter, _ place: ListPlace, count: Int, _ limit: ReadLimit)
        throws(ListError) -> ListPage<QuarantineRow>
    {
        // Rows are read by their numbers: a page is found at once where most of them are meant, and within the limit where few are.
        let list = NumberedRows(
            name: "quarantine", number: "quarantine.id", columns: Self.columns, source: filter.source, time: 1)
        return try page(list, ListConditions(filter), place, count: count, limit) { row throws(StoreError) in
            QuarantineRow(row)
        }
    }

    @available(*, noasync)
    package func greatestQuarantineID() throws(StoreError) -> Int64 {
        try database.integer("SELECT coalesce(max(id), 0) FROM quarantine") ?? 0
    }

    @available(*, noasync)
    package func quarantineIDs(_ filter: QuarantineFilter, after id: Int64, count: Int) throws(StoreError) -> [Int64] {
        try database.quarantineIDs(filter, after: id, count: count)
    }

    @available(*, noasync)
    package func resolved(_ filter: QuarantineFilter, since time: Timestamp) throws(StoreError) -> [ResolvedMeanwhile] {
        var filter = filter
        filter.state = .all
        var conditions = ListConditions(filter)
        conditions.add("resolved_at", ">=", time)
        let rows = try database.prepare(
            """
            SELECT actor, action, count(*), min(resolved_at), max(resolved_at)
            FROM quarantine_resolutions CROSS JOIN quarantine ON quarantine.id = quarantine_id WHERE \(conditions.sql)
            GROUP BY actor, action ORDER BY count(*) DESC, actor, action
            """)
        conditions.bind(to: rows)
        var resolved: [ResolvedMeanwhile] = []
        while try rows.step() {
            resolved.append(
                ResolvedMeanwhile(
                    actor: rows.optionalText(0), action: rows.text(1), count: rows.integer(2),
                    firstAt: rows.integer(3), lastAt: rows.integer(4)))
        }
        return resolved
    }

    @available(*, noasync)
    package func resolution(ofQuarantined id: Int64) throws(StoreError) -> QuarantineResolution? {
        let row = try database.prepare(
            """
            SELECT action, resolved_at, actor, note, operation_id, stored_seq FROM quarantine_resolutions WHERE quarantine_id = ?
            """)
        row.bind(1, id)
        return try row.step() ? QuarantineResolution(row, from: 0) : nil
    }
}

extension QuarantineRow {
    fileprivate init(_ row: Statement) {
        self.init(
            id: row.integer(0), receivedAt: row.integer(1), queue: row.text(2), eventID: row.text(3),
            reason: row.text(4), pointer: row.text(5), detail: row.text(6), errorCount: row.integer(7),
            bodyBytes: row.integer(8), resolution: row.isNull(9) ? nil : QuarantineResolution(row, from: 9))
    }
}

extension QuarantineResolution {
    fileprivate init(_ row: Statement, from place: Int32) {
        self.init(
            action: row.text(place), at: row.integer(place + 1), actor: row.optionalText(place + 2),
            note: row.optionalText(place + 3), operation: row.optionalInteger(place + 4),
            storedSeq: row.optionalInteger(place + 5))
    }
}
