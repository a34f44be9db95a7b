internal import Store
import StoreFixtures
import Testing

@testable import SQLiteStore

@Suite struct QuarantinePagesTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    @Test
    func `any number of quarantined messages is read in order, up to the limit, and no transaction is open meanwhile`()
        throws
    {
        let writer = try store.writer()
        var builder = BatchBuilder()
        for number in 0..<100 { builder.rejected("bad-\(number)", body: "{\(number)") }
        _ = try writer.append(builder.batch)
        let reader = try SQLiteReader.open(store.location)
        for limit in [1, 31, 32, 33, 99, 100, .max] {
            var seen: [Int64] = []
            try reader.forEachQuarantined(QuarantineFilter(limit: limit)) { entry in
                seen.append(entry.id)
                // Succeeds only where nobody is reading.
                let isEmptied = try store.client().integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0
                #expect(isEmptied)
            }
            #expect(seen == Array(1...Int64(min(limit, 100))))
            seen.removeAll()
            let newest = QuarantineFilter(isNewestFirst: true, limit: limit)
            try reader.forEachQuarantined(newest) { seen.append($0.id) }
            #expect(seen == Array((Int64(101 - min(limit, 100))...100).reversed()))
            #expect(try reader.quarantineCount(newest) == 100)
        }
    }
}
