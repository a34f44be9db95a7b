internal import Events
internal import Store

/// Messages that the daemon was handling when it died, by fingerprint, and how often that happened.
struct SuspectList {
    /// A suspect that never came again is forgotten after 30 days.
    private static let memory: Timestamp = 30 * 86_400 * 1_000_000

    private let database: Database
    private let remove: Statement

    init(_ database: Database) throws(StoreError) {
        self.database = database
        remove = try database.prepare("DELETE FROM _suspects WHERE hash = ?")
    }

    /// Counts one more death for each of `hashes`, and returns all suspects. Runs inside the caller's transaction.
    func recordDeaths(_ hashes: [UInt64], now: Timestamp) throws(StoreError) -> [UInt64: Int] {
        let add = try database.prepare(
            """
            INSERT INTO _suspects (hash, deaths, last_at) VALUES (?, 1, ?)
            ON CONFLICT DO UPDATE SET deaths = deaths + 1, last_at = excluded.last_at
            """)
        for hash in Set(hashes) {
            add.bind(1, Int64(bitPattern: hash))
            add.bind(2, now)
            try add.run(doing: "note a suspect")
        }
        try database.run("DELETE FROM _suspects WHERE last_at < \(now - Self.memory)", doing: "forget old suspects")
        var suspects: [UInt64: Int] = [:]
        let rows = try database.prepare("SELECT hash, deaths FROM _suspects")
        while try rows.step() { suspects[UInt64(bitPattern: rows.integer(0))] = Int(rows.integer(1)) }
        return suspects
    }

    /// The message was handled, one way or another, and the process lives.
    func acquit(_ hash: UInt64) throws(StoreError) {
        remove.bind(1, Int64(bitPattern: hash))
        try remove.run(doing: "forget a suspect")
    }
}
