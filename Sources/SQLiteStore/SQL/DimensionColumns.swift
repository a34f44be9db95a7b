internal import Store

/// A column for each declared member in `profiler_sessions` and in the views of the tables of events.
///
/// It comes with the first value that is stored, whichever writer stores it, and stays. The tables themselves get none: a generated column would
/// have to read the payload, with functions that SQLite refuses where `trusted_schema` is off, and for a stored one rows would have to be changed.
/// A name that differs from a column in upper and lower case alone gets none: SQLite would take them for one.
enum DimensionColumns {
    private typealias Dimension = (number: Int64, name: String)

    private static let sessions = "profiler_sessions"

    /// Shows all names of `_dimensions`. Runs inside a transaction.
    static func refresh(_ database: Database) throws(StoreError) {
        let doing = "show the dimensions as columns"
        let all = try dimensions(database)
        for table in EventTable.allCases.map(\.name) {
            let (own, added) = try columns(of: table, all, in: database)
            let more = added.map { dimension in
                ", \(value(of: dimension, seq: "\(table).seq")) AS \(quoted(dimension.name))"
            }
            try database.run(
                """
                DROP VIEW \(table)_v;
                \(StoreViews.readable(table, own.joined(separator: " "), more: more.joined()))
                """, doing: doing)
        }
        let (own, added) = try columns(of: sessions, all, in: database)
        let shown = added.map { dimension in
            let name = quoted(dimension.name)
            let folded = "json_extract(fold.dimensions, '$.\(name)')"
            return "iif(fold.seq IS NULL, \(value(of: dimension, seq: "event.seq")), \(folded)) AS \(name)"
        }
        let names = own + added.map { quoted($0.name) }
        try database.run(
            """
            DROP VIEW \(sessions)_v;
            DROP VIEW \(sessions);
            \(SessionSchema.view(and: shown))
            \(StoreViews.readable(sessions, names.joined(separator: " ")))
            """, doing: doing)
        try describe(database)
    }

    /// Adds the columns to the data dictionary.
    static func describe(_ database: Database) throws(StoreError) {
        let doing = "describe the store's columns"
        let all = try dimensions(database)
        guard !all.isEmpty else { return }
        let insert = try database.prepare(
            """
            INSERT INTO _columns (table_name, column_name, type, meaning) SELECT ?1, ?2, 'TEXT', ?3
            WHERE NOT EXISTS (SELECT 1 FROM _columns WHERE table_name = ?1 AND column_name = ?2)
            """)
        let events = EventTable.allCases.map { (columns: $0.name, view: "\($0.name)_v", who: "message") }
        for (table, view, who) in events + [(sessions, sessions, "session"), (sessions, "\(sessions)_v", "session")] {
            for dimension in try columns(of: table, all, in: database).added {
                insert.bind(1, view)
                insert.bind(2, dimension.name)
                insert.bind(3, "What the \(who) says as \(dimension.name), as text (null: nothing).")
                try insert.run(doing: doing)
            }
        }
    }

    /// In the order of their numbers; none in a store that is being brought up to date and has none yet.
    private static func dimensions(_ database: Database) throws(StoreError) -> [Dimension] {
        let isThere = try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = '_dimensions'") == 1
        guard isThere else { return [] }
        let rows = try database.prepare("SELECT number, name FROM main._dimensions ORDER BY number")
        var found: [Dimension] = []
        while try rows.step() { found.append((rows.integer(0), rows.text(1))) }
        return found
    }

    /// The columns that a table or view has by itself, and the dimensions that can stand beside them.
    private static func columns(
        of table: String, _ all: [Dimension], in database: Database
    ) throws(StoreError) -> (own: [String], added: [Dimension]) {
        // Where `trusted_schema` is off SQLite reads no view that calls a function of JSON, not even its columns.
        let shown =
            table == sessions
            ? SessionSchema.columns.split(separator: " ").map(String.init) : try columns(of: "\(table)_v", in: database)
        let own = shown.filter { name in !all.contains { $0.name == name } }
        var taken = Set(own.map { $0.lowercased() })
        return (own, all.filter { taken.insert($0.name.lowercased()).inserted })
    }

    private static func columns(of table: String, in database: Database) throws(StoreError) -> [String] {
        let rows = try database.prepare("SELECT name FROM pragma_table_info(?)")
        rows.bind(1, table)
        var names: [String] = []
        while try rows.step() { names.append(rows.text(0)) }
        return names
    }

    private static func value(of dimension: Dimension, seq: String) -> String {
        """
        (SELECT value FROM _event_dimensions AS said WHERE said.seq = \(seq) AND number = \(dimension.number))
        """
    }

    /// Names of dimensions are letters, digits, `_` and `-`; one may be a word of SQL.
    private static func quoted(_ name: String) -> String { "\"\(name)\"" }
}
