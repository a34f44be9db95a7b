internal import Store

extension EventTable {
    /// `seq` is one sequence over all event tables.
    static func firstFreeSeq(_ database: Database) throws(StoreError) -> Int64 {
        var newest: Int64 = 0
        for table in allCases {
            newest = max(newest, try database.integer("SELECT max(seq) FROM \(table.name)") ?? 0)
        }
        return newest + 1
    }
}
