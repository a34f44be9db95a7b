package import Store

extension SQLiteReader {
    /// Rows that are read in one go.
    private static var page: Int64 { 4096 }

    /// Groups all messages that the filter lets through, the newest first.
    @available(*, noasync)
    package func quarantineGroups(_ filter: QuarantineFilter) throws(StoreError) -> QuarantineGroups {
        let rows = try database.prepare(
            """
            SELECT quarantine.id, received_at, queue, reason, pointer, detail,
                   CASE WHEN instr(properties, '"app_id"') > 0 AND json_valid(properties) THEN json_extract(properties, '$.app_id') END
            \(Database.quarantined(filter)) AND quarantine.id < ?1 ORDER BY quarantine.id DESC LIMIT ?5
            """)
        Database.bind(filter, to: rows)
        rows.bind(5, Self.page)
        var groups = QuarantineGroups()
        var last = Int64.max
        var isEnd = false
        // Some at a time, so that the write-ahead log can be emptied in between.
        while !isEnd {
            rows.bind(1, last)
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
        let rows = try database.prepare("SELECT DISTINCT queue \(Database.quarantined(filter)) ORDER BY queue LIMIT 16")
        Database.bind(filter, to: rows)
        var queues: [String] = []
        while try rows.step() { queues.append(rows.text(0)) }
        return queues
    }
}
