import Testing

@testable import SQLiteStore
@testable import Store

/// The data dictionary says of a store what is true of it.
@Suite struct DictionaryTests {
    private let client: Database
    private let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
        _ = try store.writer()
        client = try store.client()
    }

    private func rows(_ sql: String) throws -> [String] {
        let statement = try client.prepare(sql)
        var found: [String] = []
        while try statement.step() { found.append(statement.text(0)) }
        return found
    }

    @Test func `it has every table and view that people read, with its columns, and nothing else`() throws {
        let known = Dictionary(
            uniqueKeysWithValues: StoreDictionary.tablesAndViews.map { ($0.name, $0.columns.map(\.name).sorted()) })
        let there = try rows(
            """
            SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT GLOB '[_]*' AND name NOT GLOB 'sqlite[_]*'
            """)
        #expect(Set(there) == Set(known.keys))
        for name in there {
            #expect(try rows("SELECT name FROM pragma_table_info('\(name)') ORDER BY name") == known[name], "\(name)")
        }
    }

    @Test func `types, nulls, times and triggers are those of the store`() throws {
        for table in StoreDictionary.tablesAndViews {
            let isView = try client.text("SELECT type FROM sqlite_schema WHERE name = '\(table.name)'") == "view"
            #expect(isView == (table.kind == .view), "\(table.name)")
            // Those that begin so are Alidade's own, as with tables.
            let triggers = try client.integer(
                """
                SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '\(table.name)' AND name NOT GLOB '_*'
                """)
            #expect(triggers == (table.kind == .appendOnly ? 3 : 0), "\(table.name)")
            for column in table.columns {
                let of = "FROM pragma_table_info('\(table.name)') WHERE name = '\(column.name)'"
                let type = try client.text("SELECT type \(of)") ?? ""
                // An expression of a view has none.
                #expect(type == column.type.rawValue || isView && type.isEmpty, "\(table.name).\(column.name)")
                if !isView {
                    let isRequired = try client.integer("SELECT \"notnull\" OR pk \(of)") == 1
                    #expect(isRequired == (column.null == nil), "\(table.name).\(column.name)")
                }
                let isTime = column.name.hasSuffix("_at") || column.name == "at"
                let time: StoreColumn.Unit = table.name.hasSuffix("_v") ? .textTime : .time
                #expect((column.unit == time) == isTime, "\(table.name).\(column.name)")
            }
        }
    }

    @Test func `each column is described by one sentence`() {
        for table in StoreDictionary.tablesAndViews {
            for column in table.columns {
                let sentence = column.sentence
                #expect(sentence.first?.isUppercase == true, "\(table.name).\(column.name): \(sentence)")
                #expect(sentence.last == "." && !sentence.contains(". ") && !sentence.contains("`"), "\(sentence)")
            }
        }
    }

    @Test func `the view store_columns has all of it`() throws {
        let shown = try rows(
            """
            SELECT concat FROM (SELECT table_name || '|' || column_name || '|' || type || '|' || coalesce(unit, '') || '|' || meaning AS concat
            FROM store_columns)
            """)
        let known = StoreDictionary.tablesAndViews.flatMap { table in
            table.columns.map {
                "\(table.name)|\($0.name)|\($0.type.rawValue)|\($0.unit?.rawValue ?? "")|\($0.sentence)"
            }
        }
        #expect(shown == known && known.count > 250)
    }
}
