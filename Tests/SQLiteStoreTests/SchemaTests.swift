import Events
import StoreFixtures
import Testing

@testable import SQLiteStore
@testable import Store

@Suite struct SchemaTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    /// A row in every table that people read, two of ingest_minutes.
    private func filled() throws -> Database {
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "s", warnings: [Warning(.timeOrder, at: "", "x")])
        for isShadow in [false, true] {
            let values = builder.batch.alignmentValues.count
            builder.batch.alignmentValues += [50, 50]
            builder.batch.alignments.append(
                TrackAlignment(
                    delivery: 0, isShadow: isShadow, answers: 1, share: 1, topTrack: 0, values: values..<values + 2))
        }
        builder.recommendation("r1", at: 1)
        builder.recommendation("r1", at: 1)
        builder.outcome("o1", at: 1, signal: 1)
        builder.rejected("bad", body: "{")
        let model = StoredModel(name: "m", version: "1", tracks: ["defender"])
        let writer = try SQLiteWriter.open(store.location, models: StoreModels(primary: model, shadow: model))
        _ = try writer.append(builder.batch)
        _ = try writer.discard([1], note: "test", by: Operator(name: "tester", way: .commandLine), now: 5)
        let client = try store.client()
        try client.run(
            """
            INSERT INTO admin_view_telemetry VALUES (99, 'v1', 1, 1, 1, 'DASHBOARD_OPEN', NULL, 'v1', NULL);
            INSERT INTO _dimensions VALUES (1, 'cohort');
            INSERT INTO operation_outcomes VALUES (1, 1, 'discarded', NULL);
            INSERT INTO operation_ends VALUES (1, 1, 'done', NULL, NULL);
            """,
            doing: "test")
        return client
    }

    private func names(_ sql: String, in client: Database) throws -> [String] {
        let rows = try client.prepare(sql)
        var found: [String] = []
        while try rows.step() { found.append(rows.text(0)) }
        return found
    }

    @Test func `no client can update, delete or replace a row of an append-only table`() throws {
        let client = try filled()
        let tables = try names(
            "SELECT DISTINCT tbl_name FROM sqlite_schema WHERE type = 'trigger' AND sql GLOB '* is append-only*'",
            in: client)
        #expect(tables.count >= 10)
        for table in tables {
            let column = try client.text("SELECT name FROM pragma_table_info('\(table)') LIMIT 1 OFFSET 1") ?? ""
            for statement in [
                "UPDATE \(table) SET \(column) = 1", "DELETE FROM \(table)",
                "INSERT OR REPLACE INTO \(table) SELECT * FROM \(table)",
            ] {
                let error = #expect(throws: StoreError.self, "\(statement)") {
                    try client.run(statement, doing: "test")
                }
                #expect(error?.why.contains("\(table) is append-only") == true, "\(statement)")
            }
            #expect(try store.count(table) == 1, "\(table)")
        }
    }

    @Test func `the file is marked as a store, in WAL mode`() throws {
        _ = try store.writer()
        let client = try store.client()
        #expect(try client.integer("PRAGMA application_id") == 0x414C_4944)
        #expect(try client.text("PRAGMA journal_mode") == "wal")
        #expect(try client.integer("PRAGMA user_version") == Int64(Migration.newest))
    }

    @Test func `quarantined messages of version 1 have as many errors as are listed, new ones as many as were found`()
        throws
    {
        let old = try Database.open(store.location.path, .readWriteCreate)
        try old.run(
            """
            \(FirstSchema.sql); PRAGMA user_version = 1; PRAGMA application_id = \(Migration.applicationID);
            INSERT INTO quarantine (received_at, queue, event_id, reason, pointer, detail, errors, body, properties, digest)
            VALUES (1, 'intelligence-events', 'old', 'not_json', '', 'x', '[{}, {}, {}]', x'7b', '{}', x'00')
            """, doing: "test")
        var builder = BatchBuilder()
        builder.rejected("new", body: "{", errorCount: 4711)
        _ = try store.writer().append(builder.batch)
        var counts: [String: Int64] = [:]
        try SQLiteReader.open(store.location).forEachQuarantined(QuarantineFilter()) {
            counts[$0.eventID] = $0.errorCount
        }
        #expect(counts == ["old": 3, "new": 4711])
        let inView = "SELECT group_concat(error_count) FROM (SELECT error_count FROM quarantine_v ORDER BY id)"
        #expect(try store.client().text(inView) == "3,4711")
    }

    @Test func `the warnings of a message have a row for each code, with the first one and how many there are`() throws
    {
        var builder = BatchBuilder()
        let many = (0..<100).map { Warning(.unknownOption, at: "/\($0)", "x") }
        builder.profiler("p1", at: 1, session: "s", warnings: many)
        builder.profiler("p2", at: 2, session: "s", warnings: Array(many.prefix(32)))
        builder.profiler(
            "p3", at: 3, session: "s",
            warnings: [
                Warning(.coerced, at: "/a", "y"), Warning(.unknownOption, at: "/b", "x"),
                Warning(.coerced, at: "/c", "y"),
            ])
        _ = try store.writer().append(builder.batch)
        let rows = """
            SELECT group_concat(seq || ' ' || code || ' ' || pointer || ' ' || count, ', ') FROM (SELECT * FROM event_warnings ORDER BY id)
            """
        #expect(
            try store.client().text(rows)
                == "1 unknown_option /0 100, 2 unknown_option /0 32, 3 coerced /a 2, 3 unknown_option /b 1")
    }

    @Test func `version 7 names Alidade's own tables anew, and writes no row of them again`() throws {
        let old = try Database.open(store.location.path, .readWriteCreate)
        for migration in Migration.all where migration.version < 7 { try old.run(migration.sql, doing: "test") }
        try old.run(
            """
            PRAGMA user_version = 6; PRAGMA application_id = \(Migration.applicationID);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
            INSERT INTO event_identities SELECT i, 'event ' || i, 0, i, NULL FROM n;
            INSERT INTO duplicate_events VALUES (7, 'event 7', 1, 8, 9)
            """, doing: "test")
        let prepared = try old.prepare("INSERT INTO duplicate_events VALUES (8, 'event 8', 1, 8, 9)")
        let before = try old.integer("SELECT total_changes()") ?? 0
        try old.run("\(OwnTables.sql) PRAGMA user_version = 7", doing: "test")
        // SQLite counts what it does to its own table of tables: a few for each name.
        #expect(try (old.integer("SELECT total_changes()") ?? 0) - before < 1000)
        #expect(try old.integer("SELECT count(*) FROM _event_identities") == 20000)
        #expect(try old.text("SELECT event_id FROM duplicate_events") == "event 7")
        // What an older program that is still running does next.
        let error = #expect(throws: StoreError.self) { try prepared.run(doing: "test") }
        #expect(error?.why.contains("duplicate_events because it is a view") == true, "\(error?.why ?? "")")
    }

    @Test func `a store written by a newer version is refused`() throws {
        _ = try store.writer()
        try store.client().run("PRAGMA user_version = \(Migration.newest + 1)", doing: "test")
        let error = #expect(throws: StoreError.self) { _ = try store.writer() }
        #expect(error?.kind == .newer)
        #expect(error?.description.contains("written by a newer Alidade") == true)
    }

    @Test func `another program's database is refused and left alone`() throws {
        try Database.open(store.location.path, .readWriteCreate).run("CREATE TABLE x (y)", doing: "test")
        let error = #expect(throws: StoreError.self) { _ = try store.writer() }
        #expect(error?.kind == .notAStore)
        #expect(try store.client().integer("SELECT count(*) FROM sqlite_schema") == 1)
    }

    @Test func `duplicates are shown with their ids as they were given`() throws {
        let store = try TemporaryStore()
        let uuid = "0f8fad5b-d9cb-469f-a165-70867728950e"
        for _ in 0..<2 {
            var builder = BatchBuilder()
            builder.recommendation(uuid, at: 1)
            builder.recommendation("plain", at: 1)
            _ = try store.writer().append(builder.batch)
        }
        for view in ["duplicate_events", "duplicate_events_v"] {
            let rows = try store.client().prepare("SELECT event_id, count FROM \(view) ORDER BY event_id")
            var shown: [String] = []
            while try rows.step() { shown.append("\(rows.text(0)) \(rows.integer(1))") }
            #expect(shown == ["\(uuid) 1", "plain 1"])
        }
    }

    @Test func `every readable view shows times as ISO 8601 text, also before 1970`() throws {
        let client = try filled()
        let views = try names("SELECT name FROM sqlite_schema WHERE type = 'view' AND name GLOB '*_v'", in: client)
        #expect(views.count >= 10)
        let digits = "[0-9][0-9]"
        let time =
            "\(digits)\(digits)-\(digits)-\(digits)T\(digits):\(digits):\(digits).\(digits)\(digits)\(digits)Z"
        for view in views {
            #expect(try store.count(view) == store.count(String(view.dropLast(2))), "\(view)")
            let columns = try names(
                "SELECT name FROM pragma_table_info('\(view)') WHERE name GLOB '*_at' OR name = 'at'", in: client)
            let shown = try columns.flatMap {
                try names("SELECT \($0) FROM \(view) WHERE \($0) IS NOT NULL", in: client)
            }
            #expect(!shown.isEmpty, "\(view)")
            for column in columns {
                let others = "SELECT count(*) FROM \(view) WHERE \(column) NOT GLOB '\(time)'"
                #expect(try client.integer(others) == 0, "\(view).\(column)")
            }
        }
        #expect(try client.text("SELECT occurred_at FROM profiler_events_v") == "1970-01-01T00:00:00.000001Z")
        var builder = BatchBuilder()
        builder.recommendation("old", at: -1)
        _ = try store.writer().append(builder.batch)
        #expect(
            try client.text("SELECT occurred_at FROM decision_recommendation_events_v WHERE event_id = 'old'")
                == "1969-12-31T23:59:59.999999Z")
    }
}
