package import Store

extension BalanceReport {
    init(of database: Database) throws(StoreError) {
        let sums = try database.prepare(
            "SELECT total(received), total(stored), total(duplicates), total(quarantined) FROM ingest_minutes")
        self.init(received: 0, stored: 0, duplicates: 0, quarantined: 0)
        guard try sums.step() else { return }
        received = sums.integer(0)
        stored = sums.integer(1)
        duplicates = sums.integer(2)
        quarantined = sums.integer(3)
    }
}

extension SQLiteReader {
    /// What was received since the store was made, and what became of it.
    @available(*, noasync)
    package func balance() throws(StoreError) -> BalanceReport { try BalanceReport(of: database) }

    /// Ids of view events with a `seq` above `seq`, in order.
    @available(*, noasync)
    package func forEachView(after seq: Int64, _ body: (_ seq: Int64, _ eventID: String) -> Void) throws(StoreError) {
        let rows = try database.prepare("SELECT seq, event_id FROM admin_view_telemetry WHERE seq > ? ORDER BY seq")
        rows.bind(1, seq)
        while try rows.step() { body(rows.integer(0), rows.text(1)) }
    }
}
