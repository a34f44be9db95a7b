package import Store

extension SQLiteReader {
    /// Rows that are read in one go.
    private static var page: Int64 { 4096 }

    /// Groups all messages that the filter lets through, the newest first.
    @available(*, noasync)
    package func quarantineGroups(_ filter: QuarantineFilter) throws(StoreError) -> QuarantineGroups {
        var conditions = ListConditions(filter)
        let (bound, count) = (conditions.parameter(.integer(0)), conditions.parameter(.integer(Self.page)))
        let rows = try database.prepare(
            """
            SELECT quarantine.id, received_at, queue, reason, pointer, detail,
                   \(QuarantineFaultSchema.appID)
            FROM \(filter.source) WHERE \(conditions.sql) AND quarantine.id < \(bound) ORDER BY quarantine.id DESC LIMIT \(count)
            """)
        conditions.bind(to: rows)
        let place = Int32(conditions.values.count - 1)
        var groups = QuarantineGroups()
        var last = Int64.max
        var isEnd = false
        // Some at a time, so that the write-ahead log can be emptied in between.
        while !isEnd {
            rows.bind(place, last)
            isEnd = true
            while try rows.step() {
                isEnd = false
                last = rows.integer(0)
                let entry = QuarantineGroups.Entry(
                    id: last, receivedAt: rows.integer(1), queue: rows.text(2), reason: rows.text(3),
                    pointer: rows.text(4), appID: rows.optionalText(6))
                groups.add(entry) { rows.text(5) }
            }
            rows.reset()
        }
        return groups
    }

    /// The names of the queues whose messages the filter lets through.
    @available(*, noasync)
    package func quarantineQueues(_ filter: QuarantineFilter) throws(StoreError) -> [String] {
        let conditions = ListConditions(filter)
        let rows = try database.prepare(
            "SELECT DISTINCT queue FROM \(filter.countedSource) WHERE \(conditions.sql) ORDER BY queue LIMIT 16")
        conditions.bind(to: rows)
        var queues: [String] = []
        while try rows.step() { queues.append(rows.text(0)) }
        return queues
    }
}
