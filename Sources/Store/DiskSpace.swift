/// The file system that a store is on, or will be.
package struct DiskSpace: Sendable, Equatable {
    /// Bytes; free are those that an unprivileged process may use.
    package var total: UInt64
    package var free: UInt64
    /// With fewer bytes free than this the daemon does not write.
    package var lowWaterMark: UInt64

    /// Nil where the system does not say.
    package init?(ofFileSystemAt folder: String) {
        guard let space = DiskGuard.Space(ofFileSystemAt: folder) else { return nil }
        total = space.total
        free = space.free
        lowWaterMark = DiskGuard.lowWaterMark(ofTotal: space.total)
    }
}
