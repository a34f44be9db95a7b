internal import Glibc
package import Store

/// Reads the store, on a connection of its own that cannot write; a running daemon does not notice.
///
/// A reading transaction, and that is also a statement between two rows, lasts no longer than a query: the write-ahead log cannot be emptied
/// meanwhile (see ``WALGuard``). Nothing that may wait, such as printing to a pager, is done between two rows.
package final class SQLiteReader: StoreReader {
    let database: Database

    /// Opens a store that exists and is of this version.
    @available(*, noasync)
    package static func open(_ location: StoreLocation) throws(StoreError) -> SQLiteReader {
        try SQLiteReader(location)
    }

    private init(_ location: StoreLocation) throws(StoreError) {
        let doing = "read the store \(location.path)"
        do { database = try Database.open(location.path, .readOnly) } catch {
            guard error.kind == .cannotOpen, access(location.path, F_OK) != 0, errno == ENOENT else { throw error }
            throw StoreError(
                .cannotOpen, doing: doing, why: "there is no such file",
                hint: "start the daemon once, or name another store with --store or store.url")
        }
        guard try Migration.isUpToDate(database) else {
            throw StoreError(
                .notAStore, doing: doing, why: "it is empty or of an older version",
                hint: "start the daemon once: it sets the store up and brings it up to date")
        }
    }
}
