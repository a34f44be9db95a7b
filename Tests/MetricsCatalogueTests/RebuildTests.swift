import Testing

@testable import MetricsCatalogue
@testable import SQLiteStore
@testable import Store

/// Everything that is derived can be made anew, and a verification says where it is not what it should be.
@Suite struct RebuildTests {
    @Test(arguments: [
        (
            "_rollup_cells",
            "UPDATE _rollup_cells SET cells = x'00C801' WHERE node = (SELECT min(node) FROM _rollup_cells)"
        ),
        ("_rollup_cells", "DELETE FROM _rollup_cells WHERE node = (SELECT max(node) FROM _rollup_cells)"),
        ("_rollup_facts", "DELETE FROM _rollup_facts WHERE part = (SELECT max(part) FROM _rollup_facts)"),
        ("_session_heads", "UPDATE _session_heads SET last_seq = 1, occurred_at = occurred_at + 400 * 86400000000"),
        ("_session_heads", "DELETE FROM _session_heads"),
        ("_event_identities", "DELETE FROM _event_identities WHERE place = (SELECT min(place) FROM _event_identities)"),
        ("_large_cases", "UPDATE _large_cases SET decided_at = decided_at - 1"),
        ("_large_cases", "UPDATE _large_cases SET decision = 'ACCEPTED', decided_at = 1, decided_seq = 1"),
        ("_large_cases", "DELETE FROM _large_cases"),
        ("_event_identities", "INSERT INTO _event_identities VALUES (1, 'nobody', 0, 4, NULL)"),
    ])
    func `damage is found and repaired`(table: String, damage: String) throws {
        let store = try RandomStore(seed: 7)
        try store.add(900)
        #expect(try StoreRebuild.verify(store.location).differenceCount == 0)
        let client = try Database.open(store.location.path, .readWrite)
        try client.run(damage, doing: "damage the store")
        #expect(client.changes > 0, "\(damage) changed nothing")
        let report = try StoreRebuild.verify(store.location)
        #expect(report.differenceCount > 0 && !report.differences.isEmpty)
        #expect(try StoreRebuild.repair(store.location).events == report.events)
        #expect(try StoreRebuild.verify(store.location).differences == [])
        // The writer that was open meanwhile takes notice and goes on.
        try store.add(400)
        #expect(try StoreRebuild.verify(store.location).differences == [])
    }

    @Test func `a verification changes nothing`() throws {
        let store = try RandomStore(seed: 8)
        try store.add(300)
        let client = try Database.open(store.location.path, .readOnly)
        let before = try client.integer("PRAGMA data_version")
        _ = try StoreRebuild.verify(store.location)
        #expect(try client.integer("PRAGMA data_version") == before)
    }

    @Test func `replayed messages count as quarantined when they arrived`() throws {
        let store = try RandomStore(seed: 9)
        try store.add(400)
        #expect(try store.replayAll() > 0)
        try store.add(100)
        #expect(try StoreRebuild.verify(store.location).differences == [])
    }

    /// As a version whose rules were others would have left it: the same sums, which today's rules would make negative.
    @Test func `a store of an older format is rebuilt once, and not read before`() throws {
        let store = try RandomStore(seed: 10)
        try store.add(600)
        let client = try Database.open(store.location.path, .readWrite)
        try client.run(
            "DELETE FROM _rollup_cells; DELETE FROM _rollup_names; DELETE FROM _rollup_state WHERE name = 'format'",
            doing: "test")
        let epoch = try client.integer("SELECT value FROM _rollup_state WHERE name = 'epoch'") ?? 0
        let unread = #expect(throws: StoreError.self) {
            try RollupReader(SQLiteEventStore(store.location).rollups()).snapshot { _ in }
        }
        #expect(unread?.kind == .outdated)
        #expect(throws: StoreError.self) { _ = try StoreRebuild.verify(store.location) }
        // One that gives up in the middle leaves everything as it was.
        let stopped = StoreError(.busy, doing: "test", why: "a stop was requested")
        let error = #expect(throws: StoreError.self) {
            _ = try SQLiteWriter.open(store.location) { _ throws(StoreError) in throw stopped }
        }
        #expect(error?.why == stopped.why)
        #expect(try client.integer("SELECT count(*) FROM _rollup_cells") == 0)
        var isTold = false
        _ = try SQLiteWriter.open(store.location) { _ throws(StoreError) in isTold = true }
        #expect(isTold)
        _ = try SQLiteWriter.open(store.location) { _ throws(StoreError) in Issue.record("it was rebuilt twice") }
        #expect(try client.integer("SELECT value FROM _rollup_state WHERE name = 'epoch'") == epoch + 1)
        // The writer that was open meanwhile goes on.
        try store.add(300)
        #expect(try StoreRebuild.verify(store.location).differences == [])
        try RollupReader(SQLiteEventStore(store.location).rollups()).snapshot { _ in }
    }

    @Test func `a store of a newer format is neither written nor read`() throws {
        let store = try RandomStore(seed: 11)
        try store.add(100)
        let client = try Database.open(store.location.path, .readWrite)
        try client.run("UPDATE _rollup_state SET value = 1000 WHERE name IN ('format', 'epoch')", doing: "test")
        for attempt in [
            { try store.add(1) }, { _ = try SQLiteWriter.open(store.location) },
            { try RollupReader(SQLiteEventStore(store.location).rollups()).snapshot { _ in } },
        ] {
            let error = #expect(throws: StoreError.self) { try attempt() }
            #expect(error?.kind == .newer)
        }
    }

    /// A version that knows more words has the same tables.
    @Test(arguments: [
        ("profiler_events", "payload = '[]', completion_status"), ("decision_recommendation_events", "action_taken"),
        ("decision_recommendation_events", "confidence_at_time"), ("decision_outcome_snapshots", "outcome_status"),
        ("admin_view_telemetry", "event_type"), ("event_warnings", "code"), ("quarantine", "reason"),
        ("quarantine", "queue"), ("_duplicate_deliveries", "queue"),
    ])
    func `a word of a newer version ends a rebuild, which changes nothing then`(table: String, column: String) throws {
        let store = try RandomStore(seed: 12)
        try store.add(900)
        let client = try Database.open(store.location.path, .readWrite)
        try client.run("DROP TRIGGER \(table)_no_update; UPDATE \(table) SET \(column) = 'SNOOZED'", doing: "test")
        #expect(client.changes > 0)
        let epoch = try client.integer("SELECT value FROM _rollup_state WHERE name = 'epoch'")
        for repairs in [false, true] {
            let error = #expect(throws: StoreError.self) {
                _ = repairs ? try StoreRebuild.repair(store.location) : try StoreRebuild.verify(store.location)
            }
            #expect(error?.kind == .newer)
            #expect(error?.description.contains("“SNOOZED”") == true && error?.doing == "read \(table)")
        }
        #expect(try client.integer("SELECT value FROM _rollup_state WHERE name = 'epoch'") == epoch)
    }
}
