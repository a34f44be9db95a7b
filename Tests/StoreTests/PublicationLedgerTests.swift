import Testing

@testable import Store

@Suite struct PublicationLedgerTests {
    let store: TemporaryStore
    let ledger: PublicationLedger

    init() throws {
        store = try TemporaryStore()
        _ = try store.writer()
        ledger = PublicationLedger(store.location)
    }

    private func candidate(_ result: String, days: Int = 7) -> PublicationLedger.Candidate {
        PublicationLedger.Candidate(metric: "override_rate", days: days, result: result)
    }

    private func revisions(_ candidates: PublicationLedger.Candidate...) throws -> [Int64?] {
        try ledger.claim(candidates, now: 1).map { $0?.revision }
    }

    private func confirm(_ revision: Int64, days: Int = 7) throws {
        try ledger.confirm([.init(metric: "override_rate", days: days, revision: revision)])
    }

    @Test func `the first result of each window is its revision 1`() throws {
        #expect(try revisions(candidate("a"), candidate("a", days: 30)) == [1, 1])
    }

    @Test func `a result that was confirmed is not published again until it changes`() throws {
        #expect(try revisions(candidate("a"), candidate("b", days: 30)) == [1, 1])
        try confirm(1)
        try confirm(1, days: 30)
        #expect(try revisions(candidate("a"), candidate("c", days: 30)) == [nil, 2])
        try confirm(2, days: 30)
        #expect(try revisions(candidate("d"), candidate("c", days: 30)) == [2, nil])
    }

    @Test func `a result that was not confirmed keeps its revision, a changed one takes the next`() throws {
        #expect(try revisions(candidate("a")) == [1])
        #expect(try revisions(candidate("a")) == [1])
        #expect(try revisions(candidate("b")) == [2])
        #expect(try revisions(candidate("a")) == [3])
    }

    @Test func `a late confirmation of an older revision confirms nothing`() throws {
        #expect(try revisions(candidate("a")) == [1])
        #expect(try revisions(candidate("b")) == [2])
        try confirm(1)
        #expect(try revisions(candidate("b")) == [2])
        try confirm(2)
        #expect(try revisions(candidate("b")) == [nil])
    }

    @Test func `a claim that cannot be written claims nothing`() throws {
        #expect(try revisions(candidate("a")) == [1])
        let other = try store.client()
        try other.run("BEGIN IMMEDIATE", doing: "hold the lock")
        #expect(throws: StoreError.self) { try revisions(candidate("b")) }
        // What needs no writing is answered all the same.
        #expect(try revisions(candidate("a")) == [1])
        try other.run("ROLLBACK", doing: "let the lock go")
        #expect(try revisions(candidate("b")) == [2])
    }

    @Test func `a store that is not there is not made`() throws {
        let elsewhere = try TemporaryStore()
        #expect(throws: StoreError.self) { try PublicationLedger(elsewhere.location).claim([candidate("a")], now: 1) }
        #expect(throws: (any Error).self) { try elsewhere.client() }
    }

    @Test func `a batch after a publication is appended as before`() throws {
        let writer = try store.writer()
        var first = BatchBuilder()
        first.recommendation("r1", at: 1)
        _ = try writer.append(first.batch)
        _ = try revisions(candidate("a"))
        var second = BatchBuilder()
        second.recommendation("r1", at: 1)
        second.recommendation("r2", at: 1)
        let result = try writer.append(second.batch)
        #expect([result.stored, result.duplicates] == [1, 1])
    }
}
