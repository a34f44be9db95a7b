internal import Rollups
internal import Store

/// One step of the schema, forward only. The number of the last one done is SQLite's `user_version`.
struct Migration {
    var version: Int32
    var sql: String

    /// In order; a released one is never edited, a change is a new one.
    static let all: [Migration] = [
        Migration(version: 1, sql: FirstSchema.sql),
        Migration(version: 2, sql: ErrorCount.sql),
        Migration(version: 3, sql: IdentitySchema.sql),
        Migration(version: 4, sql: RollupSchema.renamedLog),
        Migration(version: 5, sql: ReadableViews.sql),
        Migration(version: 6, sql: ContentSchema.sql),
        Migration(version: 7, sql: OwnTables.sql + PublicColumns.sql),
        Migration(version: 8, sql: ComparisonSchema.sql),
        Migration(version: 9, sql: CaseSchema.sql),
        Migration(version: 10, sql: SessionSchema.sql),
        Migration(version: 11, sql: LookupSchema.sql + DimensionSchema.sql),
        Migration(version: 12, sql: PageSchema.sql),
    ]

    static var newest: Int32 { all.last?.version ?? 0 }

    /// "ALID": tells a store from any other SQLite file.
    static let applicationID: Int32 = 0x414C_4944

    /// Checks that the file is a store (or new) and brings it up to date.
    ///
    /// A store that a newer Alidade wrote is refused: its tables may mean something else. A large store takes minutes.
    static func bringUpToDate(
        _ database: Database, _ progress: RebuildProgress = { _ in }
    ) throws(StoreError) {
        let path = database.path
        guard try !isUpToDate(database) else { return }
        try database.inTransaction(doing: "set up the store \(path)") { () throws(StoreError) in
            // Asked again under the write lock: two processes may start at once.
            let version = try database.integer("PRAGMA user_version") ?? 0
            for migration in all where migration.version > version {
                let doing = "bring the store \(path) to version \(migration.version)"
                try database.run(migration.sql, doing: doing) { () throws(StoreError) in try progress(0) }
                try database.run(
                    "PRAGMA user_version = \(migration.version); PRAGMA application_id = \(applicationID)",
                    doing: "mark the store \(path)")
            }
            try ColumnRows.refresh(database)
            // What is derived from nothing is of any format.
            if version == 0 { try database.setState("format", RollupFormat.current) }
        }
    }

    /// True for a store of this version, false for an empty file or an older store; throws for anything else.
    static func isUpToDate(_ database: Database) throws(StoreError) -> Bool {
        let path = database.path
        let doing = "open the store \(path)"
        let application = try database.integer("PRAGMA application_id", doing: doing) ?? 0
        let version = try database.integer("PRAGMA user_version", doing: doing) ?? 0
        let isEmpty = try database.integer("SELECT count(*) FROM sqlite_schema", doing: doing) == 0
        if application == 0, version == 0, isEmpty { return false }
        guard application == Int64(applicationID) else {
            throw StoreError(
                .notAStore, doing: doing, why: "it is a SQLite database of another program",
                hint: "store.url must name a file of Alidade's own, or one that does not exist yet")
        }
        guard version <= Int64(newest) else {
            throw StoreError(
                .newer, doing: doing,
                why: "it was written by a newer Alidade (schema \(version), this one knows \(newest))",
                hint: "install that version again, or restore a backup made before the upgrade")
        }
        return version == Int64(newest)
    }
}
