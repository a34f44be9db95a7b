internal import CSQLite
package import Store

/// A look at a store's health that changes nothing in it and ends in time, also beside a running daemon.
///
/// Belongs to the thread that opened it, but for ``interrupt``.
package final class SQLiteExamination: StoreExamination {
    /// Nil for an empty file or a store of an older version, which the daemon brings up to date at its start.
    package let schema: Int32?
    private let database: Database

    /// Throws for what is no store: another program's file, a newer version, an unreadable one.
    @available(*, noasync)
    package static func open(_ location: StoreLocation) throws(StoreError) -> SQLiteExamination {
        let database = try Database.open(location.path, .readOnly, busyTimeoutMilliseconds: 1000)
        return SQLiteExamination(database, schema: try Migration.isUpToDate(database) ? Migration.newest : nil)
    }

    private init(_ database: Database, schema: Int32?) {
        self.database = database
        self.schema = schema
    }

    /// What SQLite's `quick_check` finds, one line each: nothing where the file is whole; nil where it was interrupted.
    @available(*, noasync)
    package func damage() throws(StoreError) -> [String]? {
        let doing = "check the store \(database.path)"
        do throws(StoreError) {
            let rows = try database.prepare("PRAGMA quick_check(5)", doing: doing)
            var lines: [String] = []
            while try rows.step(doing: doing) { lines.append(rows.text(0)) }
            return lines == ["ok"] ? [] : lines
        } catch {
            if sqlite3_errcode(database.handle) == SQLITE_INTERRUPT { return nil }
            throw error
        }
    }

    /// The sums of `ingest_minutes`; nil for a store of an older version.
    @available(*, noasync)
    package func balance() throws(StoreError) -> BalanceReport? {
        guard schema != nil else { return nil }
        return try BalanceReport(of: database)
    }

    package var interrupt: @Sendable () -> Void {
        let handle = Handle(database: database)
        return { sqlite3_interrupt(handle.database.handle) }
    }

    /// sqlite3_interrupt is the one call that may come from any thread, and `database` keeps the handle open.
    private struct Handle: @unchecked Sendable {
        let database: Database
    }
}
