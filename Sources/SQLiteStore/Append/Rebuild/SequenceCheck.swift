internal import Store

/// Looks for numbers that two events share and for numbers that none has: `seq` is one sequence over all event tables.
struct SequenceCheck {
    /// More sentences of a kind would not be read.
    private static let limit = 20

    private(set) var sentences: [String] = []
    private var shared = 0
    private var missing: Int64 = 0
    private var gaps = 0

    init(_ database: Database) throws(StoreError) {
        try lookThrough(database)
        try lookThroughIdentities(database)
    }

    private mutating func lookThrough(_ database: Database) throws(StoreError) {
        var rows: [(table: EventTable, statement: Statement, seq: Int64)] = []
        for table in EventTable.allCases {
            let statement = try database.prepare("SELECT seq FROM main.\(table.name) ORDER BY seq")
            if try statement.step() { rows.append((table, statement, statement.integer(0))) }
        }
        var last: (seq: Int64, table: EventTable)?
        while let next = rows.indices.min(by: { rows[$0].seq < rows[$1].seq }) {
            let (table, statement, seq) = rows[next]
            if let last, last.seq == seq {
                shared += 1
                if shared <= Self.limit {
                    sentences.append("\(last.table.name) and \(table.name) both have an event number \(seq)")
                }
            } else {
                note(gapFrom: last.map { $0.seq + 1 } ?? 1, upTo: seq - 1)
            }
            last = (seq, table)
            if try statement.step() { rows[next].seq = statement.integer(0) } else { rows.remove(at: next) }
        }
        if shared > Self.limit { sentences.append("and \(shared - Self.limit) more numbers are shared") }
        if gaps > Self.limit { sentences.append("and \(missing) numbers are missing in all") }
    }

    private mutating func note(gapFrom first: Int64, upTo last: Int64) {
        guard first <= last else { return }
        gaps += 1
        missing += last - first + 1
        guard gaps <= Self.limit else { return }
        sentences.append(
            first == last ? "no event has the number \(first)" : "no event has one of the numbers \(first) to \(last)")
    }

    private mutating func lookThroughIdentities(_ database: Database) throws(StoreError) {
        let rows = try database.prepare(
            """
            SELECT \(EventPlace.seqSQL), count(*) FROM main._event_identities GROUP BY 1 HAVING count(*) > 1 LIMIT \(Self.limit)
            """)
        while try rows.step() {
            sentences.append("_event_identities has \(rows.integer(1)) events with the number \(rows.integer(0))")
        }
    }
}
