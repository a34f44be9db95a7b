internal import Store

extension Database {
    /// What SQLite's own check finds wrong, at most `limit` sentences; empty where all is well. Reads the whole file.
    ///
    /// The quick one does not compare indexes with their tables.
    func integrityFaults(quick: Bool, limit: Int) throws(StoreError) -> [String] {
        let doing = "check the store \(path)"
        let rows = try prepare("PRAGMA \(quick ? "quick_check" : "integrity_check")(\(limit))", doing: doing)
        var faults: [String] = []
        do throws(StoreError) {
            while try rows.step(doing: doing) { faults += rows.text(0).split(separator: "\n").map(String.init) }
        } catch {
            guard error.kind == .corrupt else { throw error }
            faults.append(error.why)
        }
        return faults == ["ok"] ? [] : faults
    }
}
