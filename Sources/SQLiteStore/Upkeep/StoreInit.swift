internal import Glibc
package import Store

/// `alidade store init`: an operator says that a store may be new, or another one than before.
package enum StoreInit {
    /// Makes an empty store, for the owner of its folder where root makes it.
    @available(*, noasync)
    package static func make(_ location: StoreLocation) throws(StoreError) -> StoreIdentity {
        let path = location.path
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 {
            throw StoreError(
                .cannotOpen, doing: "make the store \(path)", why: "the file exists",
                hint: "move it away with its -wal and -shm; --existing accepts the store that is there")
        }
        let writer = try SQLiteWriter.open(location)
        try writer.database.setAccepted(true)
        writer.finish()
        if geteuid() == 0, stat(FolderPath.of(writer.database.filePath), &status) == 0 {
            for suffix in ["", "-wal", "-shm"] {
                _ = lchown(writer.database.filePath + suffix, status.st_uid, status.st_gid)
            }
        }
        return try StoreIdentity(of: writer.database)
    }

    /// Says that the store that is there may take the place of another one.
    @available(*, noasync)
    package static func accept(_ location: StoreLocation) throws(StoreError) -> StoreIdentity {
        let writer = try SQLiteWriter.reopen(location)
        try writer.database.setAccepted(true)
        return try StoreIdentity(of: writer.database)
    }
}
