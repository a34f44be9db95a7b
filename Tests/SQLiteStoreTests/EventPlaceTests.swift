import StoreFixtures
import Testing

@testable import SQLiteStore
@testable import Store

/// Tables and their numbers are in every store: none may ever change or be given to another table.
@Suite struct EventPlaceTests {
    @Test func `every table has its number for ever`() {
        let found = EventTable.allCases.map { "\($0.name) = \($0.rawValue)" }
        #expect(
            found == [
                "profiler_events = 0", "decision_recommendation_events = 1", "decision_outcome_snapshots = 2",
                "admin_view_telemetry = 3",
            ])
        #expect(Set(EventTable.allCases.map(\.rawValue)).count == EventTable.allCases.count)
        #expect(EventTable.allCases.allSatisfy { (0..<16).contains($0.rawValue) })
    }

    /// What Alidade 0.1.0 wrote: seq × 4 + the table's number.
    @Test func `places are what they always were`() {
        #expect(EventPlace(.profiler, seq: 1).number == 4)
        #expect(EventPlace(.recommendation, seq: 4711).number == 18_845)
        #expect(EventPlace(.outcome, seq: 1 << 40).number == 4_398_046_511_106)
        #expect(EventPlace(.view, seq: 1 << 57).number == 0x0800_0000_0000_0003)
    }

    @Test(arguments: 0..<16)
    func `there is room for sixteen tables`(number: Int64) throws {
        let store = try TemporaryStore()
        _ = try store.writer()
        for seq: Int64 in [1, 4711, 1 << 58 - 1] {
            let place = EventPlace(tableNumber: number, seq: seq)
            #expect(place.tableNumber == number && place.seq == seq && place.number > 0)
            let inSQL = try store.client().prepare(
                """
                SELECT \(EventPlace.tableNumberSQL), \(EventPlace.seqSQL) FROM (SELECT \(place.number) AS place)
                """)
            #expect(try inSQL.step() && inSQL.integer(0) == number && inSQL.integer(1) == seq)
        }
    }

    @Test(arguments: [4, 9, 15, 16, -3] as [Int64])
    func `an identity in a table of a newer version is found by the check`(number: Int64) throws {
        let store = try TemporaryStore()
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "s")
        _ = try store.writer().append(builder.batch)
        let reader = try SQLiteReader.open(store.location)
        let check = try #require(SQLiteCheck.all(quick: true).first { $0.name == "identities" })
        #expect(try check.findings(in: reader).isEmpty)
        let place = EventPlace(tableNumber: number, seq: 1).number
        try store.client().run("INSERT INTO _event_identities VALUES (1, 'newer', 0, \(place), NULL)", doing: "test")
        #expect(try check.findings(in: reader).count == 1)
    }
}
