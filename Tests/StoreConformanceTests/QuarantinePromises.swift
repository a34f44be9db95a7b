import Events
import Store
import StoreFixtures
import Testing

/// What becomes of messages that were refused.
@Suite struct QuarantinePromises {
    private let tester = Operator(name: "tester", way: .commandLine)

    /// Two quarantined messages; what today's checks make of them is up to the test.
    private func quarantined(_ fresh: FreshStore) throws -> any EventWriter {
        let writer = try fresh.writer()
        var builder = BatchBuilder()
        builder.rejected("a", body: "{1")
        builder.rejected("b", body: "{2")
        _ = try writer.append(builder.batch)
        return writer
    }

    @Test(arguments: StoreKind.all)
    func `a quarantined message is kept whole with every reason and all properties`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        builder.rejected("bad", body: "{\u{7f}\u{0}broken", .notJSON)
        _ = try fresh.writer().append(builder.batch)
        var entries: [QuarantineEntry] = []
        try fresh.store.reader().forEachQuarantined(QuarantineFilter()) { entries.append($0) }
        let entry = try #require(entries.first)
        #expect(entry.reason == "not_json" && entry.eventID == "bad" && entry.errorCount == 2)
        #expect(entry.body == Array("{\u{7f}\u{0}broken".utf8))
        #expect(
            entry.errors
                == #"[{"code":"not_json","pointer":"/x","detail":"why"},{"code":"too_long","pointer":"","detail":"b"}]"#
        )
        #expect(entry.properties.contains(#""message_id":"m-0""#) && entry.properties.contains(#""a":[1,"x"]"#))
    }

    @Test(arguments: StoreKind.all)
    func `any number is read in either order, up to the limit, and a slow reader holds nobody up`(kind: StoreKind)
        throws
    {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        var builder = BatchBuilder()
        for number in 0..<100 { builder.rejected("bad-\(number)", body: "{\(number)") }
        _ = try writer.append(builder.batch)
        let reader = try fresh.store.reader()
        for limit in [1, 31, 32, 33, 99, 100, .max] {
            var seen: [Int64] = []
            try reader.forEachQuarantined(QuarantineFilter(limit: limit)) { entry in
                seen.append(entry.id)
                var more = BatchBuilder()
                more.recommendation("r\(limit)-\(entry.id)", at: 1)
                let stored = try writer.append(more.batch).stored
                #expect(stored == 1)
            }
            #expect(seen == Array(1...Int64(min(limit, 100))))
            seen.removeAll()
            let newest = QuarantineFilter(isNewestFirst: true, limit: limit)
            try reader.forEachQuarantined(newest) { seen.append($0.id) }
            #expect(seen == Array((Int64(101 - min(limit, 100))...100).reversed()))
            #expect(try reader.quarantineCount(newest) == 100)
        }
        #expect(try reader.quarantineCount(QuarantineFilter(ids: [5, 5, 99, 1000])) == 2)
        #expect(try reader.quarantineCount(QuarantineFilter(reason: "too_long")) == 0)
        #expect(try reader.quarantineCount(QuarantineFilter(queue: "intelligence-events")) == 100)
    }

    @Test(arguments: StoreKind.all)
    func `they are given back as deliveries, in batches`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        _ = try quarantined(fresh)
        var bodies: [String] = []
        var ids: [Int64] = []
        try fresh.store.reader().forEachQuarantinedBatch(
            QuarantineFilter(), batchSize: 1, unplaced: { Issue.record("\($0.queue)") }
        ) { batch, numbers in
            #expect(batch.deliveries.count == 1)
            bodies.append(String(decoding: batch.bytes[batch.deliveries[0].body], as: UTF8.self))
            ids += numbers
        }
        #expect(bodies == ["{1", "{2"] && ids == [1, 2])
    }

    @Test(arguments: StoreKind.all)
    func `what is good by now is stored once and resolved, what is not stays; a dry run changes nothing`(
        kind: StoreKind
    ) throws {
        let fresh = try FreshStore(kind)
        let writer = try quarantined(fresh)
        var now = BatchBuilder()
        now.recommendation("a", at: 7)
        now.rejected("b", body: "{2")
        for isDryRun in [true, false] {
            var outcomes: [ReplayOutcome] = []
            func replay() throws {
                outcomes = try writer.replay(now.batch, quarantineIDs: [1, 2], note: nil, by: tester, now: 9)
            }
            if isDryRun { try writer.dryRun(replay) } else { try replay() }
            #expect(outcomes == [.stored, .refused(now.batch.rejections[0].errors, of: 2)])
            let reader = try fresh.store.reader()
            #expect(try reader.find(eventID: "a", occurredAt: 7).stored.count == (isDryRun ? 0 : 1))
            #expect(try reader.figures().unresolvedQuarantine == (isDryRun ? 2 : 1))
        }
        let again = try writer.replay(now.batch, quarantineIDs: [1, 2], note: nil, by: tester, now: 9)
        #expect(again.first == .resolvedBefore)
        let report = try fresh.store.reader().find(eventID: "a", occurredAt: nil)
        #expect(report.stored.count == 1)
        #expect(report.quarantined.map(\.resolution) == ["replay"] && report.quarantined.first?.resolvedAt == 9)
        try fresh.expectIsWell()
    }

    @Test(arguments: StoreKind.all)
    func `an event that was stored meanwhile is a duplicate, and a second outcome stays refused`(kind: StoreKind)
        throws
    {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        for id in ["a", "b"] {
            var builder = BatchBuilder()
            builder.rejected(id, body: #"{"event_id":"\#(id)"}"#)
            _ = try writer.append(builder.batch)
        }
        var builder = BatchBuilder()
        builder.recommendation("a", at: 7)
        _ = try writer.append(builder.batch)
        #expect(try writer.replay(builder.batch, quarantineIDs: [1], note: nil, by: tester, now: 9) == [.duplicate])
        var first = BatchBuilder()
        first.outcome("o1", at: 1, signal: 3)
        _ = try writer.append(first.batch)
        var second = BatchBuilder()
        second.outcome("b", at: 2, signal: 3, .escalated)
        let outcomes = try writer.replay(second.batch, quarantineIDs: [2], note: nil, by: tester, now: 9)
        guard case .refused(let errors, _) = outcomes.first else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(errors.first?.reason == .outcomeConflict)
        #expect(try fresh.store.reader().figures().unresolvedQuarantine == 1)
    }

    @Test(arguments: StoreKind.all)
    func `what is discarded twice stays as it was, and what is not there discards nothing`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        let writer = try quarantined(fresh)
        var more = BatchBuilder()
        for number in 0..<3 { more.rejected("more-\(number)", body: "{\(number)") }
        _ = try writer.append(more.batch)
        #expect(
            try writer.discard([1, 1, 2], note: "spam", by: tester, now: 1)
                == [.discarded, .resolvedBefore("discard"), .discarded])
        let missing = #expect(throws: StoreError.self) {
            try writer.discard([3, 77, 4, 78], note: "x", by: tester, now: 1)
        }
        #expect(
            missing?.description
                == "could not discard quarantined messages: there is no message 77, 78 (nothing was discarded)")
        #expect(try fresh.store.reader().figures().unresolvedQuarantine == 3)
        #expect(try fresh.store.reader().quarantineCounts().map(\.count) == [3])
        #expect(try writer.discard(reason: "not_json", note: "all", by: tester, now: 2) == 3)
        #expect(try writer.discard(reason: "not_json", note: "all", by: tester, now: 3) == 0)
        let reader = try fresh.store.reader()
        #expect(try reader.quarantineCounts().isEmpty)
        #expect(try reader.quarantineCount(QuarantineFilter(state: .all)) == 5)
        try fresh.expectIsWell()
    }

    @Test(arguments: StoreKind.all)
    func `where tells stored, duplicate, quarantined and never seen`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        let writer = try quarantined(fresh)
        var builder = BatchBuilder()
        builder.recommendation("r1", at: 7)
        builder.recommendation("r1", at: 7)
        _ = try writer.append(builder.batch)
        let reader = try fresh.store.reader()
        let stored = try reader.find(eventID: "r1", occurredAt: nil)
        #expect(stored.stored.first?.table == "decision_recommendation_events")
        #expect(stored.stored.first?.occurredAt == 7 && stored.stored.first?.duplicates == 1)
        #expect(try reader.find(eventID: "a", occurredAt: nil).quarantined.first?.reason == "not_json")
        #expect(try reader.find(eventID: "nobody", occurredAt: nil).isNeverSeen)
        #expect(try reader.find(eventID: "r1", occurredAt: 8).isNeverSeen)
    }
}
