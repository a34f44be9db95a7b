import Events
import StoreFixtures
import Testing

@testable import SQLiteStore
@testable import Store

@Suite struct AppendTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    @Test func `a row that the store refuses is quarantined and its neighbours are stored`() throws {
        let writer = try store.writer()
        // What no check foresees, made by hand: a constraint that one of the three rows breaks.
        try store.client().run(
            "CREATE UNIQUE INDEX odd ON profiler_events (user_id) WHERE session_id LIKE 'odd%'", doing: "test")
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "odd1")
        builder.profiler("p2", at: 1, session: "odd2")
        builder.profiler("p3", at: 1, session: "even", warnings: [Warning(.timeOrder, at: "/a", "late")])
        let result = try writer.append(builder.batch)
        #expect(result.outcomes == [.stored, .quarantined, .stored])
        #expect(result.refusals[1]?.first?.detail.contains("UNIQUE constraint failed") == true)
        #expect(try store.client().text("SELECT code FROM event_warnings") == "time_order")
    }

    @Test func `a locked store is a passing trouble and nothing is lost`() throws {
        let writer = try store.writer()
        let client = try store.client()
        try writer.database.run("PRAGMA busy_timeout = 0", doing: "test")
        try client.run("BEGIN IMMEDIATE", doing: "test")
        var builder = BatchBuilder()
        builder.recommendation("r1", at: 1)
        let error = #expect(throws: StoreError.self) { _ = try writer.append(builder.batch) }
        #expect(error?.kind == .busy && error?.isRetriable == true)
        try client.run("ROLLBACK", doing: "test")
        #expect(try writer.append(builder.batch).outcomes == [.stored])
    }

    @Test func `a full store is a passing trouble and nothing is lost`() throws {
        let writer = try store.writer()
        let pages = try writer.database.integer("PRAGMA page_count") ?? 0
        try writer.database.run("PRAGMA max_page_count = \(pages + 1)", doing: "test")
        var builder = BatchBuilder()
        for number in 0..<2000 { builder.profiler("p\(number)", at: Timestamp(number), session: "s\(number)") }
        let error = #expect(throws: StoreError.self) { _ = try writer.append(builder.batch) }
        #expect(error?.kind == .diskFull)
        #expect(try store.count("ingest_minutes") == 0)
        try writer.database.run("PRAGMA max_page_count = 1000000", doing: "test")
        #expect(try writer.append(builder.batch).stored == 2000)
        #expect(try store.client().integer("SELECT stored FROM ingest_minutes") == 2000)
    }

    @Test func `a store deleted under the daemon stops it`() throws {
        let writer = try store.writer()
        try store.remove()
        var builder = BatchBuilder()
        builder.recommendation("r1", at: 1)
        let error = #expect(throws: StoreError.self) { _ = try writer.append(builder.batch) }
        #expect(error?.kind == .replaced && error?.isRetriable == false)
    }
}
