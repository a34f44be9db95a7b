internal import Store

/// The rows of `_columns`, which the view `store_columns` shows: the data dictionary of the program that brought the store to its version.
///
/// Rows and not the view's text, which every connection would have to read and keep.
enum ColumnRows {
    static let sql = """
        CREATE TABLE _columns (
            id INTEGER PRIMARY KEY,
            table_name TEXT NOT NULL,
            column_name TEXT NOT NULL,
            type TEXT NOT NULL,
            unit TEXT,
            meaning TEXT NOT NULL
        );
        CREATE VIEW store_columns AS SELECT table_name, column_name, type, unit, meaning FROM _columns ORDER BY id;
        """

    /// Runs inside the transaction of the migrations, after the last.
    static func refresh(_ database: Database) throws(StoreError) {
        try database.run("DELETE FROM _columns", doing: "describe the store's columns")
        let insert = try database.prepare(
            "INSERT INTO _columns (table_name, column_name, type, unit, meaning) VALUES (?, ?, ?, ?, ?)")
        for table in StoreDictionary.tablesAndViews {
            for column in table.columns {
                insert.bind(1, table.name)
                insert.bind(2, column.name)
                insert.bind(3, column.type.rawValue)
                insert.bind(4, column.unit?.rawValue)
                insert.bind(5, column.sentence)
                try insert.run(doing: "describe the store's columns")
            }
        }
        try DimensionColumns.describe(database)
    }
}
