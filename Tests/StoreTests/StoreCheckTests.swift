import Testing

@testable import Store

@Suite struct StoreCheckTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    private func findings() throws -> [String: [String]] {
        let reader = try StoreReader.open(store.location)
        var all: [String: [String]] = [:]
        for check in StoreCheck.all(quick: false) { all[check.name] = try check.findings(reader) }
        return all
    }

    private func fill() throws {
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "s1")
        builder.recommendation("r1", at: 1)
        builder.recommendation("r1", at: 1)
        builder.outcome("o1", at: 1, signal: 5)
        builder.rejected("bad", body: "{")
        _ = try store.writer().append(builder.batch)
    }

    @Test func `a store that is as it was written has no findings`() throws {
        try fill()
        #expect(try findings().values.allSatisfy(\.isEmpty))
    }

    @Test func `a replay moves a message from quarantine to the events, and the books still balance`() throws {
        try fill()
        var replay = BatchBuilder()
        replay.recommendation("r2", at: 2)
        _ = try store.writer().replay(replay.batch, quarantineIDs: [1], note: "repaired", now: 3)
        #expect(try findings().values.allSatisfy(\.isEmpty))
    }

    @Test(arguments: [
        (
            "DROP TRIGGER quarantine_no_delete; PRAGMA foreign_keys = OFF; DELETE FROM quarantine", "balance",
            "quarantine holds 0 rows, and 1 were quarantined"
        ),
        (
            "DROP TRIGGER profiler_events_no_delete; DELETE FROM profiler_events", "identities",
            "profiler_events holds 0 rows, and event_identities 1 of it"
        ),
        (
            "DELETE FROM ingest_minutes", "balance",
            "the event tables hold 3 rows; 0 were stored as they came, 0 by replays"
        ),
        (
            """
            PRAGMA ignore_check_constraints = ON;
            UPDATE ingest_minutes SET received = received + 1 WHERE queue = 'profiler-telemetry'
            """, "balance", "received 6 is not stored 3 + duplicates 1 + quarantined 1"
        ),
        ("DELETE FROM event_identities WHERE place & 3 = 2", "identities", "decision_outcome_snapshots holds 1 rows"),
    ])
    func `what was tampered with is found and named`(sql: String, check: String, words: String) throws {
        try fill()
        try store.client().run(sql, doing: "tamper")
        let found = try findings()[check] ?? []
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }
}
