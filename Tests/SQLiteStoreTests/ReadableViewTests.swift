@testable import SQLiteStore
import Events
import StoreFixtures
import Testing

/// What The-store.md promises of the views with the suffix `_v`.
@Suite struct ReadableViewTests {
    private func names(_ sql: String, in client: Database) throws -> [String] {
        let rows = try client.prepare(sql)
        var found: [String] = []
        while try rows.step() { found.append(rows.text(0)) }
        return found
    }

    @Test func `every table with times has a view with all of its columns, and the times as text`() throws {
        let store = try TemporaryStore()
        _ = try store.writer()
        let client = try store.client()
        let tables = try names(
            """
            SELECT DISTINCT s.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c
            WHERE s.type IN ('table', 'view') AND s.name NOT GLOB '*_v' AND s.name NOT GLOB 'sqlite_*' AND (c.name GLOB '*_at' OR c.name = 'at') ORDER BY 1
            """, in: client)
        // The others are Alidade's own, and have none.
        let readable = tables.filter { !$0.hasPrefix("_") }
        #expect(readable.count >= 10 && readable.count < tables.count)
        #expect(try names("SELECT name FROM sqlite_schema WHERE name GLOB '[_]*_v'", in: client) == [])
        for table in readable {
            let columns = try names("SELECT name FROM pragma_table_info('\(table)')", in: client)
            #expect(
                try names("SELECT name FROM pragma_table_info('\(table)_v')", in: client).sorted() == columns.sorted(),
                "\(table)")
            let view = try client.text("SELECT sql FROM sqlite_schema WHERE name = '\(table)_v'") ?? ""
            for column in columns where column.hasSuffix("_at") || column == "at" {
                #expect(view.contains("AS \(column)"), "\(table)_v shows \(column) as it is stored")
            }
        }
    }

    @Test func `a time that is not there is null in the view, too`() throws {
        let store = try TemporaryStore()
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "s")
        _ = try store.writer().append(builder.batch)
        #expect(try store.client().integer("SELECT completed_at IS NULL FROM profiler_events_v") == 1)
    }
}
