internal import Store

/// What the store must stop for before a write fails: looked at on the commit thread before each batch.
struct StoreGuards {
    private var disk: DiskGuard
    private var log: WALGuard

    init(_ database: Database) {
        disk = DiskGuard(folder: FolderPath.of(database.filePath))
        log = WALGuard(database)
    }

    /// Throws a retriable error while nothing more may be written; what an operator should know and work need not stop for goes to `report`.
    mutating func check(_ report: ((StoreFinding) -> Void)?) throws(StoreError) {
        try disk.check()
        try log.check(report)
    }
}
