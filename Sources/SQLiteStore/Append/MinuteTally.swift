internal import Events
internal import Store

/// Counts of one batch by minute and queue, added to `ingest_minutes` in the batch's own transaction.
struct MinuteTally {
    private struct Counts {
        var minuteAt = Timestamp.min
        var stored: Int64 = 0
        var duplicates: Int64 = 0
        var quarantined: Int64 = 0
        var bytes: Int64 = 0
    }

    private let upsert: Statement
    /// The minute being counted, by queue; a batch seldom spans two.
    private var current = [Counts](repeating: Counts(), count: IngestQueue.tableSize)
    private var finished: [(queue: IngestQueue, counts: Counts)] = []

    init(_ database: Database) throws(StoreError) {
        upsert = try database.prepare(
            """
            INSERT INTO ingest_minutes (minute_at, queue, received, stored, duplicates, quarantined, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET received = received + excluded.received, stored = stored + excluded.stored,
                duplicates = duplicates + excluded.duplicates, quarantined = quarantined + excluded.quarantined,
                bytes = bytes + excluded.bytes
            """)
    }

    mutating func count(_ outcome: Outcome, of delivery: Delivery) {
        let place = Int(delivery.queue.rawValue)
        let minute = delivery.receivedAt - delivery.receivedAt % 60_000_000
        if current[place].minuteAt != minute {
            putAway(delivery.queue)
            current[place].minuteAt = minute
        }
        current[place].bytes += Int64(delivery.body.count)
        switch outcome {
        case .stored: current[place].stored += 1
        case .duplicate: current[place].duplicates += 1
        case .quarantined: current[place].quarantined += 1
        }
    }

    /// Writes what was counted and starts anew.
    mutating func write() throws(StoreError) {
        for queue in IngestQueue.allCases { putAway(queue) }
        defer { forget() }
        for (queue, counts) in finished {
            upsert.bind(1, counts.minuteAt)
            upsert.bind(2, queue.name)
            upsert.bind(3, counts.stored + counts.duplicates + counts.quarantined)
            upsert.bind(4, counts.stored)
            upsert.bind(5, counts.duplicates)
            upsert.bind(6, counts.quarantined)
            upsert.bind(7, counts.bytes)
            try upsert.run(doing: "write the balance")
        }
    }

    /// Drops what a transaction counted that did not commit.
    mutating func forget() {
        finished.removeAll(keepingCapacity: true)
        for queue in IngestQueue.allCases { current[Int(queue.rawValue)] = Counts() }
    }

    private mutating func putAway(_ queue: IngestQueue) {
        let place = Int(queue.rawValue)
        if current[place].minuteAt != .min { finished.append((queue, current[place])) }
        current[place] = Counts()
    }
}
