import Store
import StoreFixtures
import Testing

/// What was published last, and under which revision.
@Suite struct LedgerPromises {
    private struct Ledger {
        let fresh: FreshStore

        init(_ kind: StoreKind) throws {
            fresh = try FreshStore(kind)
            _ = try fresh.writer()
        }

        /// Of another process each time, as far as the ledger knows.
        func revisions(_ results: String..., days: [Int] = [7, 30]) throws -> [Int64?] {
            let candidates = zip(results, days).map {
                PublicationCandidate(metric: "override_rate", days: $1, result: $0)
            }
            return try fresh.store.publications.claim(candidates, now: 1).map { $0?.revision }
        }

        func confirm(_ revision: Int64, days: Int = 7) throws {
            try fresh.store.publications.confirm([
                Publication(metric: "override_rate", days: days, revision: revision)
            ])
        }
    }

    @Test(arguments: StoreKind.all)
    func `a result that was confirmed is not published again until it changes`(kind: StoreKind) throws {
        let ledger = try Ledger(kind)
        #expect(try ledger.revisions("a", "b") == [1, 1])
        try ledger.confirm(1)
        try ledger.confirm(1, days: 30)
        #expect(try ledger.revisions("a", "c") == [nil, 2])
        try ledger.confirm(2, days: 30)
        #expect(try ledger.revisions("d", "c") == [2, nil])
    }

    @Test(arguments: StoreKind.all)
    func `a result that was not confirmed keeps its revision, a changed one takes the next`(kind: StoreKind) throws {
        let ledger = try Ledger(kind)
        #expect(try ledger.revisions("a") == [1])
        #expect(try ledger.revisions("a") == [1])
        #expect(try ledger.revisions("b") == [2])
        #expect(try ledger.revisions("a") == [3])
    }

    @Test(arguments: StoreKind.all)
    func `a late confirmation of an older revision confirms nothing`(kind: StoreKind) throws {
        let ledger = try Ledger(kind)
        #expect(try ledger.revisions("a") == [1])
        #expect(try ledger.revisions("b") == [2])
        try ledger.confirm(1)
        #expect(try ledger.revisions("b") == [2])
        try ledger.confirm(2)
        #expect(try ledger.revisions("b") == [nil])
    }

    @Test(arguments: StoreKind.all)
    func `a writer that is open goes on after a publication`(kind: StoreKind) throws {
        let ledger = try Ledger(kind)
        let writer = try ledger.fresh.writer()
        var builder = BatchBuilder()
        builder.recommendation("r1", at: 1)
        _ = try writer.append(builder.batch)
        _ = try ledger.revisions("a")
        builder.recommendation("r2", at: 1)
        let result = try writer.append(builder.batch)
        #expect([result.stored, result.duplicates] == [1, 1])
    }
}
