import Events
import Testing

@testable import Store

@Suite struct ReplayTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    /// Two quarantined messages; what today's checks make of them is up to the test.
    private func quarantined() throws -> StoreWriter {
        let writer = try store.writer()
        var builder = BatchBuilder()
        builder.rejected("a", body: "{1")
        builder.rejected("b", body: "{2")
        _ = try writer.append(builder.batch)
        return writer
    }

    @Test func `what is good by now is stored once and resolved, what is not stays`() throws {
        let writer = try quarantined()
        var now = BatchBuilder()
        now.recommendation("a", at: 7)
        now.rejected("b", body: "{2")
        for isDryRun in [true, false] {
            var outcomes: [ReplayOutcome] = []
            func replay() throws { outcomes = try writer.replay(now.batch, quarantineIDs: [1, 2], note: nil, now: 9) }
            if isDryRun { try writer.dryRun(replay) } else { try replay() }
            #expect(outcomes == [.stored, .refused(now.batch.rejections[0].errors, of: 2)])
            #expect(try store.count("decision_recommendation_events") == (isDryRun ? 0 : 1))
            #expect(try store.count("quarantine_resolutions") == (isDryRun ? 0 : 1))
        }
        let again = try writer.replay(now.batch, quarantineIDs: [1, 2], note: nil, now: 9)
        #expect(again.first == .resolvedBefore)
        #expect(try store.count("decision_recommendation_events") == 1)
        #expect(try store.client().text("SELECT action FROM quarantine_resolutions") == "replay")
    }

    @Test func `an event that was stored meanwhile is a duplicate`() throws {
        let writer = try quarantined()
        var builder = BatchBuilder()
        builder.recommendation("a", at: 7)
        _ = try writer.append(builder.batch)
        #expect(try writer.replay(builder.batch, quarantineIDs: [1], note: nil, now: 9) == [.duplicate])
        #expect(try store.count("decision_recommendation_events") == 1)
    }

    @Test func `a second outcome stays refused`() throws {
        let writer = try quarantined()
        var builder = BatchBuilder()
        builder.outcome("o1", at: 1, signal: 3)
        _ = try writer.append(builder.batch)
        var now = BatchBuilder()
        now.outcome("a", at: 2, signal: 3)
        let outcomes = try writer.replay(now.batch, quarantineIDs: [1], note: nil, now: 9)
        guard case .refused(let errors, _) = outcomes.first else {
            throw StoreError(.other, doing: "test", why: "\(outcomes)")
        }
        #expect(errors.first?.reason == .outcomeConflict)
        #expect(try store.count("quarantine_resolutions") == 0)
    }

    @Test func `what is discarded twice stays as it was, and what is not there discards nothing`() throws {
        let writer = try quarantined()
        var more = BatchBuilder()
        for number in 0..<3 { more.rejected("more-\(number)", body: "{\(number)") }
        _ = try writer.append(more.batch)
        #expect(
            try writer.discard([1, 1, 2], note: "spam", now: 1) == [.discarded, .resolvedBefore("discard"), .discarded])
        let missing = #expect(throws: StoreError.self) { try writer.discard([3, 77, 4, 78], note: "x", now: 1) }
        #expect(
            missing?.description
                == "could not discard quarantined messages: there is no message 77, 78 (nothing was discarded)")
        #expect(try store.count("quarantine_resolutions") == 2)
        #expect(try writer.discard(reason: "not_json", note: "all", now: 2) == 3)
        #expect(try writer.discard(reason: "not_json", note: "all", now: 3) == 0)
        #expect(try store.count("quarantine_resolutions") == 5)
    }

    @Test func `where tells stored, duplicate, quarantined and never seen`() throws {
        let writer = try quarantined()
        var builder = BatchBuilder()
        builder.recommendation("r1", at: 7)
        builder.recommendation("r1", at: 7)
        _ = try writer.append(builder.batch)
        let reader = try StoreReader.open(store.location)
        let stored = try reader.find(eventID: "r1")
        #expect(stored.stored.first?.table == "decision_recommendation_events")
        #expect(stored.stored.first?.occurredAt == 7)
        #expect(stored.stored.first?.duplicates == 1)
        #expect(try reader.find(eventID: "a").quarantined.first?.reason == "not_json")
        #expect(try reader.find(eventID: "nobody").isNeverSeen)
        #expect(try reader.find(eventID: "r1", occurredAt: 8).isNeverSeen)
    }

    @Test func `suspects are counted, listed and acquitted`() throws {
        let writer = try store.writer()
        #expect(try writer.recordDeaths([5, 5, .max], now: 1) == [5: 1, .max: 1])
        #expect(try writer.recordDeaths([5], now: 2) == [5: 2, .max: 1])
        var builder = BatchBuilder()
        builder.recommendation("r1", at: 7)
        builder.batch.suspect = 5
        _ = try writer.append(builder.batch)
        #expect(try writer.recordDeaths([], now: 3) == [.max: 1])
    }
}
