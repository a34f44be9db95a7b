import Store
import StoreFixtures
import Testing

@testable import SQLiteStore

@Suite struct StoreCheckTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    private func findings() throws -> [String: [String]] {
        let reader = try SQLiteReader.open(store.location)
        var all: [String: [String]] = [:]
        for check in SQLiteCheck.all(quick: false) {
            do { all[check.name] = try check.findings(in: reader) } catch { all[check.name] = [error.why] }
        }
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
        let tester = Operator(name: "tester", way: .commandLine)
        _ = try store.writer().replay(replay.batch, quarantineIDs: [1], note: "repaired", by: tester, now: 3)
        #expect(try findings().values.allSatisfy(\.isEmpty))
    }

    @Test(arguments: [
        (
            "DROP TRIGGER quarantine_no_delete; PRAGMA foreign_keys = OFF; DELETE FROM quarantine", "balance",
            "quarantine holds 0 rows, and 1 were quarantined"
        ),
        (
            "DROP TRIGGER profiler_events_no_delete; DELETE FROM profiler_events", "identities",
            "profiler_events holds 0 rows, and _event_identities 1 of it"
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
        ("DELETE FROM _event_identities WHERE place & 3 = 2", "identities", "decision_outcome_snapshots holds 1 rows"),
        (
            "UPDATE _event_identities SET place = (3 << 2) | 1 | (2 << 60) WHERE place & 3 = 2", "identities",
            "_event_identities names an event table 9, which this version does not know (1 events)"
        ),
        (
            """
            DROP TRIGGER decision_outcome_snapshots_no_update; UPDATE decision_outcome_snapshots SET seq = 2
            """, "sequence", "decision_recommendation_events and decision_outcome_snapshots both have an event number 2"
        ),
        (
            "DROP TRIGGER decision_outcome_snapshots_no_update; UPDATE decision_outcome_snapshots SET seq = 9",
            "sequence",
            "no event has one of the numbers 3 to 8"
        ),
        (
            "UPDATE _event_identities SET place = place & 3 | 4", "sequence",
            "_event_identities has 3 events with the number 1"
        ),
        (
            """
            DROP TRIGGER _duplicate_deliveries_no_update; UPDATE _duplicate_deliveries SET received_at = received_at + 60000000
            """, "balance", "stored 2, duplicates 1, quarantined 1; the tables hold 2, 0 and 1"
        ),
        (
            "DROP TRIGGER _duplicate_deliveries_no_delete; DELETE FROM _duplicate_deliveries", "balance",
            "stored 2, duplicates 1, quarantined 1; the tables hold 2, 0 and 1"
        ),
        (
            """
            DROP TRIGGER profiler_events_no_update; UPDATE profiler_events SET received_at = received_at + 60000000
            """, "balance", "of profiler-telemetry at 2026-02-02T02:41:00.000000Z: stored 0"
        ),
        // The first cell, a sum of one, taken below zero.
        (
            "INSERT OR REPLACE INTO _rollup_cells SELECT 0, x'0001'", "sums",
            "actions from 1970-01-01T00:00:00.000000Z, level 0, has 1 sums below zero"
        ),
        (
            "UPDATE _rollup_state SET value = 0 WHERE name = 'format'", "derived",
            "an older Alidade made the derived tables"
        ),
        ("DROP TRIGGER profiler_events_no_update", "tables", "the trigger profiler_events_no_update is missing"),
        ("DROP VIEW profiler_events_v; DROP TABLE _suspects", "tables", "the table _suspects is missing"),
        (
            "DROP TRIGGER _store_identity_no_delete; DELETE FROM _store_identity", "tables", "_store_identity has no id"
        ),
        ("UPDATE _session_log SET occurred_at = 7", "derived", "_session_log has 1 states of another time"),
        ("UPDATE ingest_minutes SET bytes = -1", "sums", "ingest_minutes has 2 rows with a count that cannot be"),
    ])
    func `what was tampered with is found and named`(sql: String, check: String, words: String) throws {
        try fill()
        try store.client().run(sql, doing: "tamper")
        let found = try findings()[check] ?? []
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }
}
