internal import Events
internal import Store

extension StoreIdentity {
    private static let doing = "read the store's id"

    /// Of a store that is up to date.
    init(of database: Database) throws(StoreError) {
        let row = try database.prepare(
            "SELECT id, made_at, is_accepted, backed_up_at FROM _store_identity", doing: Self.doing)
        guard try row.step(doing: Self.doing) else {
            throw StoreError(.corrupt, doing: Self.doing, why: "it has none", hint: "restore a backup")
        }
        self.init(
            id: row.text(0), madeAt: row.integer(1), isAccepted: row.integer(2) != 0, backedUpAt: row.optionalInteger(3)
        )
    }
}

extension Database {
    /// Notes whether the store may take the place of another one.
    func setAccepted(_ isAccepted: Bool) throws(StoreError) {
        try run(
            "UPDATE _store_identity SET is_accepted = \(isAccepted ? 1 : 0)", doing: "note whose place the store takes")
    }

    func noteBackup(at time: Timestamp) throws(StoreError) {
        try run("UPDATE _store_identity SET backed_up_at = \(time)", doing: "note the time of the backup")
    }
}
