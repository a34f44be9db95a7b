internal import Events
internal import Rollups
internal import Store

/// Finds out where the derived tables differ from those that were made anew.
struct StoreComparison {
    /// More sentences would not be read.
    private static let limit = 20

    private let database: Database
    private(set) var sentences: [String] = []
    private(set) var count = 0

    init(_ database: Database) { self.database = database }

    mutating func compare(sessions: SessionLog) throws(StoreError) {
        try compareIdentities()
        try compare(heads: sessions)
        try compareEntities()
        try compareNames()
        try compareCells()
        try compareFacts()
        try compareRefusals()
    }

    private mutating func report(_ sentence: @autoclosure () -> String) {
        count += 1
        if count <= Self.limit { sentences.append(sentence()) }
    }

    private mutating func compareIdentities() throws(StoreError) {
        let missing = try database.prepare(
            """
            SELECT event_id, occurred_at FROM (SELECT * FROM rebuilt._event_identities EXCEPT SELECT * FROM main._event_identities)
            """)
        while try missing.step() {
            report("_event_identities lacks, or misplaces, an event of \(RFC3339.text(missing.integer(1)))")
        }
        let known = try database.integer("SELECT count(*) FROM main._event_identities") ?? 0
        let events = try database.integer("SELECT count(*) FROM rebuilt._event_identities") ?? 0
        if known > events { report("_event_identities holds \(known - events) events that are not stored") }
    }

    private mutating func compare(heads sessions: SessionLog) throws(StoreError) {
        let shown = try database.prepare("SELECT session_id, last_seq FROM main.profiler_sessions")
        try compare(shown, sessions, "is shown")
        let remembered = try database.prepare(
            """
            \(StoreViews.latest(prefix: "main._"))
            SELECT session_id, last_seq FROM latest LEFT JOIN main.profiler_events ON seq = last_seq
            """)
        try compare(remembered, sessions, "is remembered")
        // By its time a state is found to be older or newer than the next one.
        for (table, seq) in [("_session_log", "seq"), ("_session_heads", "last_seq")] {
            let wrong =
                try database.integer(
                    """
                    SELECT count(*) FROM main.\(table) AS state LEFT JOIN main.profiler_events AS event ON event.seq = state.\(seq)
                    WHERE event.occurred_at IS NOT state.occurred_at
                    """) ?? 0
            if wrong > 0 { report("\(table) has \(wrong) states of another time than that of their events") }
        }
    }

    /// `rows` are sessions and the numbers of their newest events.
    private mutating func compare(_ rows: Statement, _ sessions: SessionLog, _ verb: String) throws(StoreError) {
        var count = 0
        while try rows.step() {
            count += 1
            let seq = sessions.state(of: CompactID(rows.bytes(0)))?.seq
            guard seq != rows.integer(1) else { continue }
            report(
                "session \(rows.text(0)) \(verb) as of event \(rows.integer(1)), not \(seq.map { "\($0)" } ?? "none")")
        }
        if count != sessions.count {
            report("of \(sessions.count) sessions \(count) are \(verb == "is shown" ? "shown" : "remembered")")
        }
    }

    private mutating func compareEntities() throws(StoreError) {
        for table in Entities.tables {
            let (key, columns, name) = (table.key, table.columns, table.name)
            let rows = try database.prepare(
                """
                SELECT \(key) FROM (SELECT \(columns) FROM main.\(name) EXCEPT SELECT \(columns) FROM rebuilt.\(name))
                UNION SELECT \(key) FROM (SELECT \(columns) FROM rebuilt.\(name) EXCEPT SELECT \(columns) FROM main.\(name))
                """)
            while try rows.step() { report(table.difference(rows)) }
        }
    }

    private mutating func compareNames() throws(StoreError) {
        let names = try database.prepare(
            "SELECT name FROM (SELECT * FROM rebuilt._rollup_names EXCEPT SELECT * FROM main._rollup_names)")
        while try names.step() { report("_rollup_names lacks \(names.text(0))") }
    }

    private mutating func compareCells() throws(StoreError) {
        let rows = try database.prepare(
            """
            SELECT node FROM (
                SELECT * FROM main._rollup_cells EXCEPT SELECT * FROM rebuilt._rollup_cells
            ) UNION SELECT node FROM (
                SELECT * FROM rebuilt._rollup_cells EXCEPT SELECT * FROM main._rollup_cells
            )
            """)
        while try rows.step() {
            report("the sums of \(RollupSlot.name(ofNode: rows.integer(0))) differ")
        }
    }

    /// The order of facts, and one that was taken back again, mean nothing: what counts is how often each is there.
    private mutating func compareFacts() throws(StoreError) {
        let query = "_rollup_facts ORDER BY part"
        let stored = try database.prepare("SELECT part, facts FROM main.\(query)")
        let made = try database.prepare("SELECT part, facts FROM rebuilt.\(query)")
        var (hasStored, hasMade) = (try stored.step(), try made.step())
        while hasStored || hasMade {
            let slot = min(hasStored ? stored.integer(0) >> 20 : .max, hasMade ? made.integer(0) >> 20 : .max)
            var counts: [[UInt8]: Int64] = [:]
            while hasStored, stored.integer(0) >> 20 == slot {
                Self.count(stored.bytes(1), 1, &counts)
                hasStored = try stored.step()
            }
            while hasMade, made.integer(0) >> 20 == slot {
                Self.count(made.bytes(1), -1, &counts)
                hasMade = try made.step()
            }
            guard counts.values.contains(where: { $0 != 0 }) else { continue }
            let stream = RollupStream(rawValue: UInt8(truncatingIfNeeded: slot >> 28))
            let start = RFC3339.text(RollupSlot.start(of: slot & 0xFFF_FFFF))
            report("the facts of \(stream.map { "\($0)" } ?? "an unknown stream") from \(start) differ")
        }
    }

    private mutating func compareRefusals() throws(StoreError) {
        let key = QuarantineFaultSchema.keyColumns
        let tables = [
            (
                "counts of quarantined messages", QuarantineFaultSchema.counted,
                """
                SELECT \(key), total, replayed, discarded, first_received_at, last_received_at, newest_id
                FROM main._quarantine_faults
                """
            ),
            (
                "faults of quarantined messages", "SELECT id, \(key) FROM (\(QuarantineFaultSchema.said))",
                """
                SELECT quarantine_id, \(key) FROM main._quarantine_members JOIN main._quarantine_faults ON id = fault
                """
            ),
            (
                "hours of quarantined messages", QuarantineFaultSchema.hours,
                "SELECT hour, fault, count FROM main._quarantine_hours"
            ),
        ]
        for (what, made, kept) in tables {
            let wrong =
                try database.integer(
                    """
                    SELECT (SELECT count(*) FROM (SELECT * FROM (\(kept)) EXCEPT SELECT * FROM (\(made))))
                         + (SELECT count(*) FROM (SELECT * FROM (\(made)) EXCEPT SELECT * FROM (\(kept))))
                    """) ?? 0
            if wrong > 0 { report("the \(what) differ in \(wrong) rows") }
        }
    }

    private static func count(_ facts: UnsafeRawBufferPointer, _ sign: Int64, _ counts: inout [[UInt8]: Int64]) {
        Fact.forEach(facts) { fact in
            let key = withUnsafeBytes(of: fact.time) { Array($0) } + Array(fact.content)
            counts[key, default: 0] += fact.sign * sign
        }
    }
}

extension Database {
    /// So that names have the same numbers on both sides.
    func copyNames() throws(StoreError) {
        try run("INSERT INTO rebuilt._rollup_names SELECT * FROM main._rollup_names", doing: "verify the store")
    }
}
