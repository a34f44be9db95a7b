/// One of the things that `alidade store check` looks at.
package struct StoreCheck: Sendable {
    /// One word, for tools.
    package var name: String
    /// What holds where nothing is found, for people.
    package var claim: String
    /// What is wrong, a sentence each; empty where the claim holds.
    package var findings: @Sendable (StoreReader) throws(StoreError) -> [String]

    package init(
        name: String, claim: String, findings: @escaping @Sendable (StoreReader) throws(StoreError) -> [String]
    ) {
        self.name = name
        self.claim = claim
        self.findings = findings
    }

    /// All of them, in the order in which they are made. With `quick` indexes are not compared with their tables.
    package static func all(quick: Bool) -> [StoreCheck] {
        [integrity(quick: quick), tables, sequence, balance, identities, sums] + (quick ? [] : [derived])
    }

    private static func integrity(quick: Bool) -> StoreCheck {
        StoreCheck(name: "integrity", claim: "SQLite finds no damage in the file") { reader throws(StoreError) in
            try reader.database.integrityFaults(quick: quick, limit: 100)
        }
    }

    private static let tables = StoreCheck(
        name: "tables", claim: "every table, index, view and trigger of a store is there, and so is its id"
    ) { reader throws(StoreError) in
        try reader.database.inSnapshot { database throws(StoreError) in try SchemaCheck(database).sentences }
    }

    private static let sequence = StoreCheck(
        name: "sequence", claim: "every stored event has a number of its own, and no number is missing"
    ) { reader throws(StoreError) in
        try reader.database.inSnapshot { database throws(StoreError) in try SequenceCheck(database).sentences }
    }

    private static let sums = StoreCheck(name: "sums", claim: "no metric is made of sums below zero") {
        reader throws(StoreError) in
        try reader.database.inSnapshot { database throws(StoreError) in try SumCheck(database).sentences }
    }

    private static let balance = StoreCheck(
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

    private static let identities = StoreCheck(
        name: "identities", claim: "every stored event is known to the search for duplicates"
    ) { reader throws(StoreError) in
        try reader.database.inSnapshot { database throws(StoreError) in
            var findings: [String] = []
            for table in EventTable.allCases {
                let rows = try database.rowCount(ofTables: [table.name])
                let known =
                    try database.integer(
                        "SELECT count(*) FROM event_identities WHERE place & 3 = \(table.rawValue)") ?? 0
                if rows != known {
                    findings.append("\(table.name) holds \(rows) rows, and event_identities \(known) of it")
                }
            }
            return findings
        }
    }
}

extension StoreCheck {
    private static let derived = StoreCheck(
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
