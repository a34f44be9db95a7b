import StoreFixtures
import Testing

@testable import SQLiteStore
@testable import Store

@Suite struct PublicationLedgerTests {
    let store: TemporaryStore
    let ledger: SQLiteLedger

    init() throws {
        store = try TemporaryStore()
        _ = try store.writer()
        ledger = SQLiteLedger(store.location)
    }

    private func candidate(_ result: String, days: Int = 7) -> PublicationCandidate {
        PublicationCandidate(metric: "override_rate", days: days, result: result)
    }

    private func revisions(_ candidates: PublicationCandidate...) throws -> [Int64?] {
        try ledger.claim(candidates, now: 1).map { $0?.revision }
    }

    private func confirm(_ revision: Int64, days: Int = 7) throws {
        try ledger.confirm([.init(metric: "override_rate", days: days, revision: revision)])
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
        #expect(throws: StoreError.self) { try SQLiteLedger(elsewhere.location).claim([candidate("a")], now: 1) }
        #expect(throws: (any Error).self) { try elsewhere.client() }
    }
}
