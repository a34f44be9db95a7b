/// The file system that a store is on, or will be.
package struct DiskSpace: Sendable, Equatable {
    /// Bytes; free are those that an unprivileged process may use.
    package var total: UInt64
    package var free: UInt64
    /// With fewer bytes free than this the daemon does not write.
    package var lowWaterMark: UInt64

    package init(total: UInt64, free: UInt64, lowWaterMark: UInt64) {
        self.total = total
        self.free = free
        self.lowWaterMark = lowWaterMark
    }
}
