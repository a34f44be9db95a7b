package import Events

/// Which store a file holds. A random id is made with the store and goes with every copy of it: a restored backup is the same store.
package struct StoreIdentity: Sendable, Equatable {
    /// 32 hexadecimal digits.
    package var id: String
    package var madeAt: Timestamp
    /// Whether the next start takes it over although another store was known at its place: `alidade store init` says so.
    package var isAccepted: Bool
    /// When the last verified backup of it was finished.
    package var backedUpAt: Timestamp?

    private static let doing = "read the store's id"

    /// Of a store that is up to date.
    init(of database: Database) throws(StoreError) {
        let row = try database.prepare(
            "SELECT id, made_at, is_accepted, backed_up_at FROM store_identity", doing: Self.doing)
        guard try row.step(doing: Self.doing) else {
            throw StoreError(.corrupt, doing: Self.doing, why: "it has none", hint: "restore a backup")
        }
        id = row.text(0)
        madeAt = row.integer(1)
        isAccepted = row.integer(2) != 0
        backedUpAt = row.optionalInteger(3)
    }
}

extension Database {
    /// Notes whether the store may take the place of another one.
    func setAccepted(_ isAccepted: Bool) throws(StoreError) {
        try run(
            "UPDATE store_identity SET is_accepted = \(isAccepted ? 1 : 0)", doing: "note whose place the store takes")
    }

    func noteBackup(at time: Timestamp) throws(StoreError) {
        try run("UPDATE store_identity SET backed_up_at = \(time)", doing: "note the time of the backup")
    }
}
