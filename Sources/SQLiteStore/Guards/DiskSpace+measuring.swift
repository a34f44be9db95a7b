internal import Store

extension DiskSpace {
    /// Nil where the system does not say.
    init?(ofFileSystemAt folder: String) {
        guard let space = DiskGuard.Space(ofFileSystemAt: folder) else { return nil }
        self.init(total: space.total, free: space.free, lowWaterMark: DiskGuard.lowWaterMark(ofTotal: space.total))
    }
}
