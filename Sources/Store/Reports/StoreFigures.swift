package import Events

/// What an operator has to see coming, cheap enough to be read every few seconds from a store of any size.
package struct StoreFigures: Sendable, Equatable {
    /// See ``StoreIdentity``.
    package var storeID: String
    /// Messages in quarantine that were neither replayed nor discarded.
    package var unresolvedQuarantine: Int64
    /// When the last verified backup of this store was finished.
    package var backedUpAt: Timestamp?
    /// Nil where the system does not say.
    package var disk: DiskSpace?
}

extension StoreReader {
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
