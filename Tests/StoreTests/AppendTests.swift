import Events
import Testing

@testable import Store

@Suite struct AppendTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    @Test func `a batch ends as stored, duplicate and quarantined, and the balance closes`() throws {
        let writer = try store.writer()
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1_000_000, session: "s1")
        builder.recommendation("r1", at: 1_000_000)
        builder.recommendation("r1", at: 1_000_000)
        builder.rejected("bad", body: "{")
        let result = try writer.append(builder.batch)
        #expect(result.outcomes == [.stored, .stored, .duplicate, .quarantined])
        #expect(try store.count("profiler_events") == 1)
        #expect(try store.count("decision_recommendation_events") == 1)
        #expect(try store.count("quarantine") == 1)
        let client = try store.client()
        #expect(try client.integer("SELECT sum(received) FROM ingest_minutes") == 4)
        #expect(try client.integer("SELECT sum(stored + duplicates + quarantined) FROM ingest_minutes") == 4)
        #expect(try client.integer("SELECT count(*) FROM ingest_minutes") == 2)
    }

    @Test func `the same batch again stores nothing twice`() throws {
        let writer = try store.writer()
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "s1")
        builder.recommendation("r1", at: 1)
        builder.outcome("o1", at: 1, signal: 5)
        builder.rejected("bad", body: "{")
        _ = try writer.append(builder.batch)
        let again = try store.writer().append(builder.batch)
        #expect(again.outcomes == [.duplicate, .duplicate, .duplicate, .duplicate])
        #expect(try store.count("event_identities") == 3)
        #expect(try store.count("quarantine") == 1)
    }

    @Test func `the same id at another time is another event`() throws {
        let writer = try store.writer()
        var builder = BatchBuilder()
        builder.recommendation("r1", at: 1)
        builder.recommendation("r1", at: 2)
        #expect(try writer.append(builder.batch).outcomes == [.stored, .stored])
    }

    @Test func `a second outcome of a signal is quarantined and names the first`() throws {
        let writer = try store.writer()
        var builder = BatchBuilder()
        builder.outcome("o1", at: 1, signal: 5)
        builder.outcome("o2", at: 2, signal: 5, .escalated)
        builder.outcome("o3", at: 3, signal: 6)
        let result = try writer.append(builder.batch)
        #expect(result.outcomes == [.stored, .quarantined, .stored])
        #expect(result.refusals[1]?.first?.reason == .outcomeConflict)
        #expect(result.refusals[1]?.first?.detail.contains("RESOLVED already (event o1)") == true)
        #expect(try store.count("event_identities") == 2)
    }

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

    @Test func `a quarantined message is kept whole with every reason and all properties`() throws {
        var builder = BatchBuilder()
        builder.rejected("bad", body: "{\u{7f}broken", .notJSON)
        _ = try store.writer().append(builder.batch)
        var entries: [QuarantineEntry] = []
        try StoreReader.open(store.location).forEachQuarantined(QuarantineFilter()) { entries.append($0) }
        let entry = try #require(entries.first)
        #expect(entry.reason == "not_json")
        #expect(String(decoding: entry.body, as: UTF8.self) == "{\u{7f}broken")
        #expect(
            entry.errors
                == #"[{"code":"not_json","pointer":"/x","detail":"why"},{"code":"too_long","pointer":"","detail":"b"}]"#
        )
        #expect(
            entry.properties
                == #"{"message_id":"m-0","exchange":"","routing_key":"intelligence.x","redelivered":false,"headers":{"a":[1,"x"]}}"#
        )
    }

    @Test func `another writer's rows do not collide with ours`() throws {
        let first = try store.writer()
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "s")
        _ = try first.append(builder.batch)
        let second = try store.writer()
        for number in 2..<6 {
            var builder = BatchBuilder()
            builder.profiler("p\(number)", at: Timestamp(number), session: "s")
            #expect(try (number.isMultiple(of: 2) ? second : first).append(builder.batch).outcomes == [.stored])
        }
        #expect(try store.count("profiler_events") == 5)
        #expect(try store.client().text("SELECT event_id FROM profiler_sessions") == "p5")
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
