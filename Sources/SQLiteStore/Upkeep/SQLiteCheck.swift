internal import Store

/// One of the things that `alidade store check` looks at.
struct SQLiteCheck: Sendable {
    /// One word, for tools.
    var name: String
    /// What holds where nothing is found, for people.
    var claim: String
    private let look: @Sendable (SQLiteReader) throws(StoreError) -> [String]

    init(name: String, claim: String, look: @escaping @Sendable (SQLiteReader) throws(StoreError) -> [String]) {
        self.name = name
        self.claim = claim
        self.look = look
    }

    /// What is wrong, a sentence each; empty where the claim holds.
    @available(*, noasync)
    func findings(in reader: SQLiteReader) throws(StoreError) -> [String] { try look(reader) }

    /// All of them, in the order in which they are made. With `quick` neither the derived tables nor the indexes are compared.
    static func all(quick: Bool) -> [SQLiteCheck] {
        [integrity(quick: quick), tables, sequence, balance, identities, sums] + (quick ? [] : [derived])
    }

    private static func integrity(quick: Bool) -> SQLiteCheck {
        SQLiteCheck(name: "integrity", claim: "SQLite finds no damage in the file") { reader throws(StoreError) in
            try reader.database.integrityFaults(quick: quick, limit: 100)
        }
    }

    private static let tables = SQLiteCheck(
        name: "tables", claim: "every table, index, view and trigger of a store is there, and so is its id"
    ) { reader throws(StoreError) in
        try reader.database.inSnapshot { database throws(StoreError) in try SchemaCheck(database).sentences }
    }

    private static let sequence = SQLiteCheck(
        name: "sequence", claim: "every stored event has a number of its own, and no number is missing"
    ) { reader throws(StoreError) in
        try reader.database.inSnapshot { database throws(StoreError) in try SequenceCheck(database).sentences }
    }

    private static let sums = SQLiteCheck(name: "sums", claim: "no metric is made of sums below zero") {
        reader throws(StoreError) in
        try reader.database.inSnapshot { database throws(StoreError) in try SumCheck(database).sentences }
    }

    private static let balance = SQLiteCheck(
        name: "balance",
        claim: "received = stored + duplicates + quarantined, and the tables hold as many rows of each minute"
    ) { reader throws(StoreError) in
        try reader.database.inSnapshot { database throws(StoreError) in
            let balance = try BalanceReport(of: database)
            let rows = try database.rowCount(ofTables: EventTable.allCases.map(\.name))
            let refused = try database.rowCount(ofTables: ["quarantine"])
            // A replay stores an event that was counted as quarantined when it came.
            let replays =
                try database.integer("SELECT count(*) FROM quarantine_resolutions WHERE stored_seq IS NOT NULL") ?? 0
            var findings: [String] = []
            if balance.received != balance.stored + balance.duplicates + balance.quarantined {
                findings.append(
                    """
                    ingest_minutes: received \(balance.received) is not stored \(balance.stored) + duplicates \
                    \(balance.duplicates) + quarantined \(balance.quarantined)
                    """)
            }
            if rows != balance.stored + replays {
                findings.append(
                    "the event tables hold \(rows) rows; \(balance.stored) were stored as they came, \(replays) by replays"
                )
            }
            if refused != balance.quarantined {
                findings.append("quarantine holds \(refused) rows, and \(balance.quarantined) were quarantined")
            }
            return try findings + MinuteCheck(database).sentences
        }
    }

    private static let identities = SQLiteCheck(
        name: "identities", claim: "every stored event is known to the search for duplicates"
    ) { reader throws(StoreError) in
        try reader.database.inSnapshot { database throws(StoreError) in
            var known: [Int64: Int64] = [:]
            let counts = try database.prepare(
                "SELECT \(EventPlace.tableNumberSQL), count(*) FROM _event_identities GROUP BY 1 ORDER BY 1")
            while try counts.step() { known[counts.integer(0)] = counts.integer(1) }
            var findings: [String] = []
            for table in EventTable.allCases {
                let rows = try database.rowCount(ofTables: [table.name])
                let known = known.removeValue(forKey: table.rawValue) ?? 0
                if rows != known {
                    findings.append("\(table.name) holds \(rows) rows, and _event_identities \(known) of it")
                }
            }
            // Every table of this version has been taken out.
            return findings
                + known.sorted { $0.key < $1.key }.map { "\(EventPlace.unknown($0.key)) (\($0.value) events)" }
        }
    }
}

extension SQLiteCheck {
    private static let derived = SQLiteCheck(
        name: "derived", claim: "sessions and metrics are what the stored events say"
    ) { reader throws(StoreError) in
        let report = try StoreRebuild.verify(StoreLocation(path: reader.database.path))
        let rest = report.differenceCount - report.differences.count
        return report.differences
            + (rest > 0 ? ["and \(rest) more differences; alidade store rebuild repairs them"] : [])
    }
}

extension Database {
    /// Runs `body` in one reading transaction, so that its queries see one state of the store. It must end soon: see ``WALGuard``.
    func inSnapshot<Result>(_ body: (Database) throws(StoreError) -> Result) throws(StoreError) -> Result {
        try run("BEGIN", doing: "read the store")
        defer { try? run("ROLLBACK", doing: "read the store") }
        return try body(self)
    }

    func rowCount(ofTables tables: [String]) throws(StoreError) -> Int64 {
        var sum: Int64 = 0
        for table in tables { sum += try integer("SELECT count(*) FROM \(table)") ?? 0 }
        return sum
    }
}
