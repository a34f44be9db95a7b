internal import Events
package import Store

extension SQLiteReader {
    @available(*, noasync)
    package func figures() throws(StoreError) -> StoreFigures {
        try database.inSnapshot { database throws(StoreError) in
            let identity = try StoreIdentity(of: database)
            // Both tables are append-only and number their rows from 1 on: the last number is the number of rows, and no row is read for it.
            let unresolved = try database.integer(
                """
                SELECT (SELECT coalesce(max(id), 0) FROM quarantine) - (SELECT coalesce(max(id), 0) FROM quarantine_resolutions)
                """)
            return StoreFigures(
                storeID: identity.id, unresolvedQuarantine: max(unresolved ?? 0, 0), backedUpAt: identity.backedUpAt,
                disk: DiskSpace(ofFileSystemAt: FolderPath.of(database.filePath)))
        }
    }
}
