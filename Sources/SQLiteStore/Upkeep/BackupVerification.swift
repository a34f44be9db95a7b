internal import Store

/// Makes sure that a backup is what a restore needs, before it gets its name.
struct BackupVerification {
    var path: String

    func check(against expected: StoreContents) throws(StoreError) {
        let doing = "verify the backup"
        let copy = try Database.open(path, .readWrite)
        // One file that can be read anywhere: the log comes back by itself when a daemon opens it.
        try copy.run("PRAGMA locking_mode = EXCLUSIVE", doing: doing)
        guard try copy.text("PRAGMA journal_mode = DELETE", doing: doing) == "delete" else {
            throw StoreError(.other, doing: doing, why: "SQLite did not make one file of it")
        }
        try copy.run("PRAGMA cell_size_check = ON", doing: doing)
        let faults = try copy.integrityFaults(quick: false, limit: 1)
        if let fault = faults.first { throw wrong("SQLite finds it damaged: \(fault)") }
        guard try copy.integer("PRAGMA application_id") == Int64(Migration.applicationID) else {
            throw wrong("it is not marked as a store")
        }
        guard try StoreContents(of: copy) == expected else {
            throw wrong("it does not contain what the store contained")
        }
    }

    private func wrong(_ why: String) -> StoreError {
        StoreError(
            .corrupt, doing: "verify the backup", why: why,
            hint: "run alidade store check on the store, and look at both disks")
    }
}
