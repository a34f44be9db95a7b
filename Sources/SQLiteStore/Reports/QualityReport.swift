package import Events
package import Rollups
package import Store

extension SQLiteReader {
    @available(*, noasync)
    package func balance(from: Timestamp, to: Timestamp, length: Timestamp, deadline: ContinuousClock.Instant)
        throws(ListError) -> [BalancePiece]
    {
        guard length > 0 else { return [] }
        var pieces: [BalancePiece] = []
        let isInTime = try database.run(until: deadline) { () throws(StoreError) in
            let rows = try database.prepare(
                """
                SELECT (minute_at - ?1) / ?3 AS piece, queue, sum(received), sum(stored), sum(duplicates), sum(quarantined), sum(bytes)
                FROM ingest_minutes WHERE minute_at >= ?1 AND minute_at < ?2 GROUP BY piece, queue ORDER BY piece, queue
                """)
            rows.bind(1, from)
            rows.bind(2, to)
            rows.bind(3, length)
            while try rows.step() {
                pieces.append(
                    BalancePiece(
                        start: from + rows.integer(0) * length, queue: rows.text(1),
                        balance: BalanceReport(
                            received: rows.integer(2), stored: rows.integer(3), duplicates: rows.integer(4),
                            quarantined: rows.integer(5)),
                        bytes: rows.integer(6)))
            }
        }
        guard isInTime else { throw .tooSlow }
        return pieces
    }

    @available(*, noasync)
    package func queueActivity(since time: Timestamp) throws(StoreError) -> [QueueActivity] {
        let last = try database.prepare(
            "SELECT minute_at FROM ingest_minutes WHERE queue = ? ORDER BY minute_at DESC LIMIT 1")
        let active = try database.prepare("SELECT count(*) FROM ingest_minutes WHERE queue = ? AND minute_at >= ?")
        var activities: [QueueActivity] = []
        for queue in IngestQueue.allCases {
            last.bind(1, queue.name)
            active.bind(1, queue.name)
            active.bind(2, time)
            defer {
                last.reset()
                active.reset()
            }
            activities.append(
                QueueActivity(
                    queue: queue.name, lastMinute: try last.step() ? last.integer(0) : nil,
                    activeMinutes: try active.step() ? active.integer(0) : 0))
        }
        return activities
    }

    @available(*, noasync)
    package func activeMinutes(of queue: IngestQueue, from: Timestamp, to: Timestamp) throws(StoreError) -> [Timestamp]
    {
        let rows = try database.prepare(
            "SELECT DISTINCT minute_at FROM ingest_minutes WHERE queue = ? AND minute_at >= ? AND minute_at < ? ORDER BY minute_at"
        )
        rows.bind(1, queue.name)
        rows.bind(2, from)
        rows.bind(3, to)
        var minutes: [Timestamp] = []
        while try rows.step() { minutes.append(rows.integer(0)) }
        return minutes
    }

    @available(*, noasync)
    package func lags(ofLast count: Int, in table: EventTable) throws(StoreError) -> [Timestamp] {
        let rows = try database.prepare(
            "SELECT received_at - occurred_at FROM \(table.name) ORDER BY seq DESC LIMIT ?")
        rows.bind(1, Int64(max(count, 0)))
        var lags: [Timestamp] = []
        while try rows.step() { lags.append(rows.integer(0)) }
        return lags.sorted()
    }

    @available(*, noasync)
    package func names(_ domain: NameDomain, count: Int) throws(StoreError) -> [String] {
        let rows = try database.prepare(
            "SELECT DISTINCT name FROM _rollup_names WHERE domain = ? ORDER BY name LIMIT ?")
        rows.bind(1, Int64(domain.rawValue))
        rows.bind(2, Int64(max(count, 0)))
        var names: [String] = []
        while try rows.step() { names.append(rows.text(0)) }
        return names
    }
}
