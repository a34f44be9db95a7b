internal import Events
internal import Store

/// Compares `ingest_minutes` with the rows that it counts, minute by minute and queue by queue: a row that it lacks and one that it has too
/// many must not cancel each other out.
struct MinuteCheck {
    private struct Minute: Hashable {
        var at: Timestamp
        var queue: ByteKey
    }

    private struct Counts: Equatable {
        var stored: Int64 = 0
        var duplicates: Int64 = 0
        var quarantined: Int64 = 0
    }

    /// More sentences would not be read.
    private static let limit = 20
    private static let length: Timestamp = 60_000_000

    private(set) var sentences: [String] = []
    private var found: [Minute: Counts] = [:]

    init(_ database: Database) throws(StoreError) {
        try countRows(database)
        try compare(database)
    }

    private mutating func countRows(_ database: Database) throws(StoreError) {
        let replayed = try ReplayedEvents(database)
        for table in EventTable.allCases {
            let queue = ByteKey((table == .profiler ? IngestQueue.profiler : .intelligence).name)
            let rows = try database.prepare("SELECT seq, received_at, event_id FROM main.\(table.name)")
            while try rows.step() {
                // A replay stores an event that was counted as quarantined when it came.
                guard !replayed.contains(seq: rows.integer(0), eventID: rows.bytes(2)) else { continue }
                found[Self.minute(rows.integer(1), queue), default: Counts()].stored += 1
            }
        }
        let duplicates = try database.prepare("SELECT received_at, queue FROM main._duplicate_deliveries")
        while try duplicates.step() {
            found[Self.minute(duplicates.integer(0), ByteKey(duplicates.bytes(1))), default: Counts()].duplicates += 1
        }
        let refused = try database.prepare("SELECT received_at, queue FROM main.quarantine")
        while try refused.step() {
            found[Self.minute(refused.integer(0), ByteKey(refused.bytes(1))), default: Counts()].quarantined += 1
        }
    }

    private static func minute(_ time: Timestamp, _ queue: ByteKey) -> Minute {
        Minute(at: time - time % length, queue: queue)
    }

    private mutating func compare(_ database: Database) throws(StoreError) {
        var wrong = 0
        func report(_ minute: Minute, _ noted: Counts, _ found: Counts) -> String {
            """
            ingest_minutes says of \(minute.queue.text) at \(RFC3339.text(minute.at)): stored \(noted.stored), duplicates \
            \(noted.duplicates), quarantined \(noted.quarantined); the tables hold \(found.stored), \(found.duplicates) and \
            \(found.quarantined)
            """
        }
        let rows = try database.prepare(
            "SELECT minute_at, queue, stored, duplicates, quarantined FROM main.ingest_minutes ORDER BY minute_at, queue"
        )
        while try rows.step() {
            let minute = Minute(at: rows.integer(0), queue: ByteKey(rows.bytes(1)))
            let noted = Counts(stored: rows.integer(2), duplicates: rows.integer(3), quarantined: rows.integer(4))
            let found = found.removeValue(forKey: minute) ?? Counts()
            guard noted != found else { continue }
            wrong += 1
            if wrong <= Self.limit { sentences.append(report(minute, noted, found)) }
        }
        let lacking = found.sorted { ($0.key.at, $0.key.queue) < ($1.key.at, $1.key.queue) }
        for (minute, found) in lacking {
            wrong += 1
            if wrong <= Self.limit { sentences.append(report(minute, Counts(), found)) }
        }
        if wrong > Self.limit { sentences.append("and \(wrong - Self.limit) more minutes differ") }
    }
}
