import Events
import StoreFixtures
import Testing

@testable import SQLiteStore
@testable import Store

/// Lists against what SQL says of all rows.
@Suite struct ListScanTests {
    private static let limit = ReadLimit(deadline: .now + .seconds(600))
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    private func filled(_ seed: UInt64) throws -> SQLiteReader {
        var random = RandomLists(seed: seed)
        let writer = try store.writer()
        for _ in 0..<3 { _ = try writer.append(random.batch(200)) }
        return try SQLiteReader.open(store.location)
    }

    private func all(
        _ filter: RecommendationFilter, _ order: ListOrder<RecommendationOrder>, _ reader: SQLiteReader
    ) throws -> [Int64] {
        var (numbers, place): ([Int64], ListPlace?) = ([], .first)
        while let here = place {
            let page = try reader.recommendations(filter, order, here, count: 9, Self.limit)
            numbers += page.rows.map(\.seq)
            place = page.after.map { .after($0) }
        }
        return numbers
    }

    private func numbers(_ sql: String) throws -> [Int64] {
        let rows = try store.client().prepare(sql)
        var found: [Int64] = []
        while try rows.step() { found.append(rows.integer(0)) }
        return found
    }

    /// `(orders, and the same in SQL)`; `i` is the row of the identities.
    private static let orders: [(RecommendationOrder, Bool, String)] = [
        (.date, false, "i.occurred_at DESC, i.event_id DESC"),
        (.date, true, "i.occurred_at, i.event_id"),
        (.action, false, "action_taken, i.occurred_at DESC, i.event_id DESC"),
        (.type, true, "recommendation_type DESC, i.occurred_at DESC, i.event_id DESC"),
        (.decisionTime, false, "decision_time_ms NULLS LAST, i.occurred_at DESC, i.event_id DESC"),
        (.decisionTime, true, "decision_time_ms DESC NULLS LAST, i.occurred_at DESC, i.event_id DESC"),
        (.received, false, "seq DESC"),
    ]

    /// Each order is found in one way for all rows and in another for those of one administrator or one signal.
    @Test(arguments: orders.indices)
    func `a list is what SQL makes of all rows, whichever way it is found`(place: Int) throws {
        let (key, isReversed, sql) = Self.orders[place]
        let reader = try filled(UInt64(place) + 20)
        for (admin, signal) in [(nil, nil), (2, nil), (nil, 3), (1, 1)] as [(Int64?, Int64?)] {
            var filter = RecommendationFilter()
            (filter.admin, filter.signal) = (admin, signal)
            if key != .received { (filter.from, filter.to) = (RandomLists.start, RandomLists.start + 86_400_000_000) }
            let condition = [admin.map { "admin_user_id = \($0)" }, signal.map { "risk_signal_id = \($0)" }]
                .compactMap { $0 }.joined(separator: " AND ")
            let expected = try numbers(
                """
                SELECT seq FROM decision_recommendation_events AS e JOIN _event_identities AS i
                ON i.kind = 1 AND \(EventPlace.seqSQL) = seq \(condition.isEmpty ? "" : "WHERE \(condition)") ORDER BY \(sql)
                """)
            #expect(expected.count > 3)
            #expect(try all(filter, ListOrder(key, isReversed: isReversed), reader) == expected)
        }
    }

    @Test func `warnings of before schema 6 are found by their event's id and time`() throws {
        let reader = try filled(30)
        let row = try #require(
            try reader.recommendations(.init(), ListOrder(.date), .first, count: 200, Self.limit).rows
                .first { $0.warnings.isEmpty })
        let insert = try store.client().prepare(
            "INSERT INTO event_warnings (event_id, occurred_at, code, pointer, detail) VALUES (?, ?, 'old_code', '', 'x')"
        )
        insert.bind(1, row.eventID)
        insert.bind(2, row.occurredAt)
        try insert.run()
        var filter = RecommendationFilter()
        filter.warning = "old_code"
        let found = try reader.recommendations(filter, ListOrder(.date), .first, count: 9, Self.limit).rows
        #expect(found.map(\.seq) == [row.seq] && found[0].warnings == ["old_code"])
    }

    @Test func `a list that must sort gives up at the deadline, one that walks gives what it has`() throws {
        let reader = try filled(31)
        var filter = RecommendationFilter()
        (filter.from, filter.to) = (RandomLists.start, RandomLists.start + 86_400_000_000)
        let over = ReadLimit(deadline: .now - .seconds(1))
        #expect {
            _ = try reader.recommendations(filter, ListOrder(.signal), .first, count: 9, over)
        } throws: { if case ListError.tooSlow = $0 { true } else { false } }
        filter.types = ["none"]
        let page = try reader.recommendations(filter, ListOrder(.date), .first, count: 9, over)
        #expect(page.rows.isEmpty && page.stoppedAt != nil && page.after != nil)
        // The statements of the connection go on without a deadline afterwards.
        #expect(try reader.quarantineCount(QuarantineFilter()) == 0)
    }

    @Test func `a word that this version does not know is shown as it is`() throws {
        let reader = try filled(32)
        try store.client().run(
            """
            INSERT INTO decision_recommendation_events VALUES (9999, 'new', 5, 5, 1, 1, 'mentoring', 'POSTPONED', NULL, NULL, 'v1', NULL, NULL);
            INSERT INTO _event_identities VALUES (5, 'new', 1, \(EventPlace(.recommendation, seq: 9999).number), NULL);
            """, doing: "test")
        let last = try reader.recommendations(.init(), ListOrder(.date), .last, count: 1, Self.limit).rows
        #expect(last.map(\.action) == ["POSTPONED"])
    }
}
