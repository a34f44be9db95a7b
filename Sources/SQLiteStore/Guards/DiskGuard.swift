internal import Glibc
internal import Store

/// Stops the writing while there is still room on the disk.
///
/// A full file system hurts everybody on it, and SQLite needs room to get out again: a checkpoint and even a DELETE fail with SQLITE_FULL.
/// The low-water mark is 1 % of the file system, at least 256 MiB, but never more than 5 % of it, so that a small one can be used too.
/// Writing goes on by itself when there is a quarter more than the mark again, so that a file system at the mark does not make it flutter.
/// Room is what an unprivileged process may use (`f_bavail`): the blocks that ext4 keeps for root are not ours to fill.
struct DiskGuard {
    /// With more room than this above the mark the disk is looked at once a second; with less before each batch.
    private static let ample: UInt64 = 1 << 30

    struct Space: Equatable {
        var total: UInt64
        var free: UInt64
    }

    private let folder: String
    private let measure: (String) -> Space?
    private let now: () -> ContinuousClock.Instant
    private var nextLook: ContinuousClock.Instant?
    private var isLow = false

    init(
        folder: String, measure: @escaping (String) -> Space? = Space.init(ofFileSystemAt:),
        now: @escaping () -> ContinuousClock.Instant = { .now }
    ) {
        self.folder = folder
        self.measure = measure
        self.now = now
    }

    /// Bytes below which nothing more is written to a file system of `total` bytes.
    static func lowWaterMark(ofTotal total: UInt64) -> UInt64 {
        min(max(256 << 20, total / 100), total / 20)
    }

    mutating func check() throws(StoreError) {
        let time = now()
        if let nextLook, time < nextLook { return }
        // Where the file system does not say, a write will.
        guard let space = measure(folder) else { return }
        let mark = Self.lowWaterMark(ofTotal: space.total)
        let needed = isLow ? mark + mark / 4 : mark
        isLow = space.free < needed
        nextLook = !isLow && space.free > mark + Self.ample ? time + .seconds(1) : nil
        guard isLow else { return }
        throw StoreError(
            .diskLow, doing: "append to the store",
            why:
                "\(ByteCount(space.free)) are free on the file system of \(folder), the low-water mark is \(ByteCount(mark))",
            hint: "free space until there are \(ByteCount(mark + mark / 4)): work resumes by itself")
    }
}

extension DiskGuard.Space {
    /// Nil where the system does not say.
    init?(ofFileSystemAt path: String) {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let unit = UInt64(status.f_frsize)
        self.init(total: UInt64(status.f_blocks) * unit, free: UInt64(status.f_bavail) * unit)
    }
}
