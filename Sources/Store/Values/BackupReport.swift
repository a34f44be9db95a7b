/// What was written.
package struct BackupReport: Sendable {
    package var bytes: UInt64
    package var schemaVersion: Int64
    /// Rows by table, in order of the names.
    package var rows: [(table: String, count: Int64)]
    package var balance: BalanceReport
    /// Why the time of the backup could not be noted in the store: the backup is good all the same.
    package var unnoted: StoreError?

    package init(
        bytes: UInt64, schemaVersion: Int64, rows: [(table: String, count: Int64)], balance: BalanceReport,
        unnoted: StoreError? = nil
    ) {
        self.bytes = bytes
        self.schemaVersion = schemaVersion
        self.rows = rows
        self.balance = balance
        self.unnoted = unnoted
    }
}

/// How far a backup has come; both numbers in bytes.
package enum BackupProgress: Sendable {
    case copying(done: UInt64, of: UInt64)
    case verifying
}
