import Events
import Store
import StoreFixtures
import Testing

/// What a batch becomes.
@Suite struct AppendPromises {
    @Test(arguments: StoreKind.all)
    func `a batch ends as stored, duplicate and quarantined, and the balance closes`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1_000_000, session: "s1")
        builder.recommendation("r1", at: 1_000_000)
        builder.recommendation("r1", at: 1_000_000)
        builder.rejected("bad", body: "{")
        let result = try fresh.writer().append(builder.batch)
        #expect(result.outcomes == [.stored, .stored, .duplicate, .quarantined])
        #expect([result.stored, result.duplicates, result.quarantined] == [2, 1, 1])
        let balance = try fresh.store.reader().balance()
        #expect(balance == BalanceReport(received: 4, stored: 2, duplicates: 1, quarantined: 1) && balance.isEven)
        try fresh.expectIsWell()
    }

    @Test(arguments: StoreKind.all)
    func `an empty batch changes nothing`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        #expect(try fresh.writer().append(BatchBuilder().batch).outcomes.isEmpty)
        #expect(try fresh.store.reader().balance().received == 0)
    }

    @Test(arguments: StoreKind.all)
    func `the same batch again stores nothing twice, with a restart in between`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "s1")
        builder.recommendation("r1", at: 1)
        builder.outcome("o1", at: 1, signal: 5)
        builder.rejected("bad", body: "{")
        _ = try fresh.writer().append(builder.batch)
        let again = try fresh.store.writerAgain(StoreModels()).append(builder.batch)
        #expect(again.outcomes == [.duplicate, .duplicate, .duplicate, .duplicate])
        #expect(try fresh.store.reader().find(eventID: "r1", occurredAt: nil).stored.map(\.duplicates) == [1])
        #expect(try fresh.store.reader().quarantineCount(QuarantineFilter()) == 1)
        try fresh.expectIsWell()
    }

    @Test(arguments: StoreKind.all)
    func `the same id at another time is another event`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        builder.recommendation("r1", at: 1)
        builder.recommendation("r1", at: 2)
        #expect(try fresh.writer().append(builder.batch).outcomes == [.stored, .stored])
        #expect(try fresh.store.reader().find(eventID: "r1", occurredAt: nil).stored.map(\.occurredAt) == [1, 2])
    }

    @Test(arguments: StoreKind.all)
    func `ids that are other bytes are other events, equal as Unicode or not`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        for id in ["caf\u{E9}", "cafe\u{301}", "CAFE", "cafe", "cafe "] { builder.recommendation(id, at: 1) }
        #expect(try fresh.writer().append(builder.batch).stored == 5)
        for id in ["caf\u{E9}", "cafe\u{301}"] {
            #expect(try fresh.store.reader().find(eventID: id, occurredAt: 1).stored.count == 1)
        }
    }

    @Test(arguments: StoreKind.all)
    func `a second outcome of a signal is quarantined and names the first`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        builder.outcome("o1", at: 1, signal: 5)
        builder.outcome("o2", at: 2, signal: 5, .escalated)
        builder.outcome("o3", at: 3, signal: 6)
        let result = try fresh.writer().append(builder.batch)
        #expect(result.outcomes == [.stored, .quarantined, .stored])
        #expect(result.refusals[1]?.first?.reason == .outcomeConflict)
        #expect(result.refusals[1]?.first?.detail.contains("RESOLVED already (event o1)") == true)
        var later = BatchBuilder()
        later.outcome("o4", at: 4, signal: 6)
        later.outcome("o5", at: 4, signal: 6, .escalated)
        // The same status and values once more are no second outcome.
        #expect(try fresh.writer().append(later.batch).outcomes == [.duplicate, .quarantined])
        try fresh.expectIsWell()
    }

    @Test(arguments: StoreKind.all)
    func `one identity with another content is quarantined and names the first`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        builder.view("a", at: 1, content: 7)
        builder.view("a", at: 1, content: 7)
        builder.view("a", at: 1, content: 8)
        builder.view("a", at: 2, content: 8)
        builder.recommendation("a", at: 1, content: 9)
        builder.profiler("a", at: 1, session: "s", content: 10)
        builder.profiler("a", at: 1, session: "t", content: 11)
        let result = try fresh.writer().append(builder.batch)
        #expect(
            result.outcomes == [.stored, .duplicate, .quarantined, .stored, .stored, .stored, .quarantined])
        #expect(result.refusals[2]?.map(\.reason) == [.identityConflict])
        #expect(result.refusals[2]?.first?.detail.contains("(admin_view_telemetry, seq 1)") == true)
        #expect(result.refusals[6]?.first?.detail.contains("(profiler_events, seq 4)") == true)
        // Another process, and one that does not know the content.
        var later = BatchBuilder()
        later.view("a", at: 1, content: 8)
        later.view("a", at: 1, content: 7)
        later.view("a", at: 1, content: 0)
        #expect(try fresh.writer().append(later.batch).outcomes == [.duplicate, .duplicate, .duplicate])
        try fresh.expectIsWell()
    }

    @Test(arguments: StoreKind.all)
    func `the number of each quarantined message is known, in order`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        var builder = BatchBuilder()
        builder.view("a", at: 1, content: 7)
        builder.rejected("bad", body: "{1")
        builder.view("a", at: 1, content: 8)
        builder.rejected("bad", body: "{1")
        builder.profiler("p", at: 1, session: "s")
        let first = try writer.append(builder.batch)
        #expect(first.outcomes == [.stored, .quarantined, .quarantined, .duplicate, .stored])
        var later = BatchBuilder()
        later.view("b", at: 2)
        later.rejected("worse", body: "{2")
        let second = try writer.append(later.batch)
        var kept: [(Int64, String)] = []
        try fresh.store.reader().forEachQuarantined(QuarantineFilter()) { kept.append(($0.id, $0.eventID)) }
        kept.sort { $0.0 < $1.0 }
        #expect(kept.map(\.1) == ["bad", "a", "worse"])
        #expect(first.quarantineIDs + second.quarantineIDs == kept.map(\.0))
        #expect(second.quarantineIDs.count == 1)
    }

    @Test(arguments: StoreKind.all)
    func `a session that goes over to another user is a warning, by memory and after a restart`(kind: StoreKind) throws
    {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        var builder = BatchBuilder()
        builder.profiler("a", at: 10, session: "s", user: "17")
        builder.profiler("b", at: 20, session: "s", user: "17")
        builder.profiler("c", at: 30, session: "s", user: "18")
        builder.profiler("d", at: 30, session: "t", user: "17")
        builder.profiler("late", at: 5, session: "s", user: "17")
        let result = try writer.append(builder.batch)
        #expect(result.stored == 5)
        #expect(result.warnings.keys.sorted() == [2, 4])
        #expect(
            result.warnings[2]?.first?.code == .sessionUserChanged && result.warnings[2]?.first?.pointer == "/user_id")
        #expect(
            result.warnings[2]?.first?.detail.contains(
                "session s was that of user 17 until now (profiler_events, seq 2)")
                == true)
        var later = BatchBuilder()
        later.profiler("e", at: 40, session: "s", user: "18")
        later.profiler("f", at: 50, session: "s", user: "1")
        let again = try fresh.store.writerAgain(StoreModels()).append(later.batch)
        #expect(again.warnings.keys.sorted() == [1])
        #expect(again.warnings[1]?.first?.detail.contains("user 18 until now (profiler_events, seq 6)") == true)
        try fresh.expectIsWell()
    }

    @Test(arguments: StoreKind.all)
    func `each message is announced before it is written, and the end is`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        var builder = BatchBuilder()
        builder.recommendation("r1", at: 1)
        builder.rejected("bad", body: "{")
        var announced: [UInt64] = []
        writer.willWrite = { announced.append($0) }
        _ = try writer.append(builder.batch)
        #expect(announced == builder.batch.deliveries.map(\.fingerprint) + [0])
    }

    @Test(arguments: StoreKind.all)
    func `suspects are counted, listed and acquitted`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        #expect(try writer.recordDeaths([5, 5, .max], now: 1) == [5: 1, .max: 1])
        #expect(try fresh.writer().recordDeaths([5], now: 2) == [5: 2, .max: 1])
        var builder = BatchBuilder()
        builder.recommendation("r1", at: 7)
        builder.batch.suspect = 5
        _ = try writer.append(builder.batch)
        #expect(try writer.recordDeaths([], now: 3) == [.max: 1])
    }

    @Test(arguments: StoreKind.all)
    func `a writer takes up other models, and back`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        let narrow = StoreModels(primary: StoredModel(name: "m", version: "1", tracks: ["a", "b"]))
        let wide = StoreModels(
            primary: StoredModel(name: "w", version: "1", tracks: ["x", "y", "z"]), shadow: narrow.primary)
        let writer = try fresh.writer(narrow)
        for (number, models) in [narrow, wide, wide, narrow].enumerated() {
            var builder = BatchBuilder()
            builder.profiler("p\(number)", at: 1, session: "s\(number)")
            try writer.use(models)
            #expect(try writer.append(builder.batch).stored == 1)
        }
        try fresh.expectIsWell()
    }
}
