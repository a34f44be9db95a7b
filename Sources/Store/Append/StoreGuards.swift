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

/// Something about the store that an operator should know.
package struct StoreFinding: Sendable, Equatable {
    /// Trouble that goes on is a warning; its end is not.
    package var isTrouble: Bool
    package var message: String
    package var cause: String
    package var why: String
}
