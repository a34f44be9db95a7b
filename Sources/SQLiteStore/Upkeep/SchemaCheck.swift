internal import Store

/// Looks for what every store of this version has: its tables, indexes, views and triggers, and its id.
struct SchemaCheck {
    private(set) var sentences: [String] = []

    init(_ database: Database) throws(StoreError) {
        let whole = try Database.open(":memory:", .readWriteCreate)
        try Migration.bringUpToDate(whole)
        let expected = try whole.prepare(
            "SELECT type, name FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*' ORDER BY type, name")
        let find = try database.prepare("SELECT 1 FROM main.sqlite_schema WHERE type = ? AND name = ?")
        while try expected.step() {
            let (type, name) = (expected.text(0), expected.text(1))
            find.bind(1, type)
            find.bind(2, name)
            if try !find.step() { sentences.append("the \(type) \(name) is missing") }
            find.reset()
        }
        find.bind(1, "table")
        find.bind(2, "_store_identity")
        defer { find.reset() }
        guard try find.step() else { return }
        let ids = try database.integer(
            "SELECT count(*) FROM main._store_identity WHERE length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*'")
        if ids != 1 { sentences.append("_store_identity has no id: nobody can know which store this is") }
    }
}
