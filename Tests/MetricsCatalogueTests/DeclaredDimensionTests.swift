import Events
import Rollups
import Testing

@testable import MetricsCatalogue
@testable import SQLiteStore
@testable import Store

/// Members that the settings declare as dimensions: by whichever workers, in whichever order, and from which time on.
@Suite struct DeclaredDimensionTests {
    private static let declared = ["cohort", "tenant"]

    @Test func `workers that declare different members agree, and a rebuild fills what they left out`() throws {
        let store = try RandomStore(seed: 61, dimensions: Self.declared)
        store.declaresAtRandom = true
        let database = try Database.open(store.location.path, .readOnly)
        for _ in 0..<3 {
            try store.add(400)
            #expect(try StoreRebuild.verify(store.location).differences == [])
        }
        let numbers = try rows(database, "SELECT number, name FROM _dimensions ORDER BY number")
        #expect(Set(numbers.map { $0[1] }) == Set(Self.declared))
        // What a worker did not declare is not there, and what is there is what the payload says.
        let said = """
            SELECT count(*) FROM (
                SELECT payload FROM profiler_events UNION ALL SELECT extra FROM decision_recommendation_events
                UNION ALL SELECT extra FROM decision_outcome_snapshots UNION ALL SELECT extra FROM admin_view_telemetry
            ) WHERE json_extract(payload, '$.cohort') IS NOT NULL
            """
        let kept = "SELECT count(*) FROM event_dimensions WHERE dimension = 'cohort'"
        #expect(try database.integer(kept) ?? 0 < database.integer(said) ?? 0)

        _ = try StoreRebuild.repair(store.location, dimensions: ["cohort"])
        #expect(try database.integer(kept) == database.integer(said))
        #expect(try StoreRebuild.verify(store.location).differences == [])
        #expect(try rows(database, "SELECT number, name FROM _dimensions ORDER BY number") == numbers)
        try compareSessions(database, "cohort")
        try compareGroups(store, database)

        // The writer that was open meanwhile goes on with the same numbers.
        try store.add(300)
        #expect(try StoreRebuild.verify(store.location).differences == [])
    }

    @Test func `a session has what its newest message said, until it is begun anew`() throws {
        let store = try RandomStore(seed: 62, dimensions: Self.declared)
        try store.add(900)
        let database = try Database.open(store.location.path, .readOnly)
        for name in Self.declared { try compareSessions(database, name) }
        try compareGroups(store, database)
    }

    @Test func `a value that was changed behind our back is found and repaired`() throws {
        let store = try RandomStore(seed: 63, dimensions: Self.declared)
        try store.add(500)
        let client = try Database.open(store.location.path, .readWrite)
        try client.run("UPDATE _event_dimensions SET value = 'forged'", doing: "damage the store")
        #expect(try StoreRebuild.verify(store.location).differenceCount > 0)
        _ = try StoreRebuild.repair(store.location, dimensions: Self.declared)
        #expect(try StoreRebuild.verify(store.location).differences == [])
        #expect(try client.integer("SELECT count(*) FROM event_dimensions WHERE value = 'forged'") == 0)
    }

    @Test func `a number is given once`() throws {
        let store = try RandomStore(seed: 64, dimensions: Self.declared)
        try store.add(200)
        let client = try Database.open(store.location.path, .readWrite)
        for change in ["UPDATE _dimensions SET number = number + 5", "DELETE FROM _dimensions"] {
            #expect(throws: StoreError.self) { try client.run(change, doing: "renumber") }
        }
    }

    /// The view of sessions beside the payloads of their folds.
    private func compareSessions(_ database: Database, _ name: String) throws {
        let shown = try rows(
            database,
            "SELECT session_id, value FROM profiler_dimensions WHERE dimension = '\(name)' ORDER BY session_id")
        let expected = try rows(
            database,
            """
            SELECT session_id, CAST(json_extract(payload, '$.\(name)') AS TEXT) FROM profiler_sessions
            WHERE json_extract(payload, '$.\(name)') IS NOT NULL ORDER BY session_id
            """)
        #expect(shown == expected && !shown.isEmpty)
    }

    private func compareGroups(_ store: RandomStore, _ database: Database) throws {
        let reader = try MetricsReader(SQLiteEventStore(store.location))
        let window = """
            coalesce(started_at, occurred_at) >= \(RandomEvents.now) - 365 * 86400000000
            AND coalesce(started_at, occurred_at) < \(RandomEvents.now)
            """
        let expected = try rows(
            database,
            """
            SELECT CAST(json_extract(payload, '$.cohort') AS TEXT) AS cohort, count(*) FROM profiler_sessions
            WHERE cohort IS NOT NULL AND \(window) GROUP BY cohort ORDER BY cohort
            """)
        let request = try MetricRequest(["profiler_funnel"], days: 365, dimensions: [.declared("cohort")])
        let answer = try reader.answers(to: request, now: RandomEvents.now, backlogs: nil)[0]
        var members: [MetricValue.Member] = []
        if case .object(let groups)? = answer.result["groups"] { members = groups }
        let found = members.map { [$0.name, "\($0.value.flattened()["started/count"].flatMap { $0 } ?? -1)"] }
        #expect(found == expected.map { [$0[0], "\(Double($0[1]) ?? -2)"] } && !found.isEmpty)
    }

    private func rows(_ database: Database, _ sql: String) throws -> [[String]] {
        let statement = try database.prepare(sql)
        var rows: [[String]] = []
        while try statement.step() { rows.append((0..<statement.columnCount).map { statement.text($0) }) }
        return rows
    }
}
