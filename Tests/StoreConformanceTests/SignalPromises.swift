import Events
import Rollups
import Store
import StoreFixtures
import Testing

/// What is known of signals, administrators and messages as such.
@Suite struct SignalPromises {
    private static let limit = ReadLimit(deadline: .now + .seconds(600))

    @Test(arguments: StoreKind.all)
    func `the story of a signal has every event of it, in order, and what was refused`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        var builder = BatchBuilder()
        builder.outcome("o", at: 40, signal: 7)
        builder.recommendation("r", at: 20, signal: 7, warnings: [Warning(.coerced, at: "/x", "x")])
        builder.view("v", at: 10, .signalDetailOpen, signal: 7)
        builder.view("other", at: 10, .signalDetailOpen, signal: 77)
        builder.recommendation("r", at: 20, signal: 7, warnings: [Warning(.coerced, at: "/x", "x")])
        builder.rejected("q1", body: #"{"risk_signal_id": 7,"#)
        builder.rejected("q2", body: #"{"risk_signal_id" : "77"}"#)
        builder.rejected("q3", body: #"{"risk_signal_id":"7"}"#)
        builder.rejected("q4", body: #"{"admin_note_id":7,"risk_signal_id":null}"#)
        _ = try writer.append(builder.batch)
        let reader = try fresh.store.reader()
        let story = try reader.signal(7, events: 10, Self.limit)
        #expect(story.steps.map(\.event.eventID) == ["v", "r", "o"] && !story.isCut)
        #expect(story.steps.map(\.duplicates) == [0, 1, 0])
        #expect(story.steps.map { $0.warnings.map(\.code) } == [[], ["coerced"], []])
        #expect(story.quarantined.map(\.eventID) == ["q3", "q1"])
        #expect(story.searched == WhereReport.Searched(messages: 4, total: 4))
        let last = try reader.signal(7, events: 2, ReadLimit(deadline: .now + .seconds(600), rows: 1))
        #expect(last.steps.map(\.event.eventID) == ["r", "o"] && last.isCut && last.searched.messages == 1)
        #expect(try reader.signal(8, events: 2, Self.limit).steps.isEmpty)
        #expect(try [8, 1, 100].map { try reader.signals(nextTo: $0) } == [[7, 77], [7], [77]])
    }

    @Test(arguments: StoreKind.all)
    func `what administrators looked at is counted by type`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        for number in 0..<20 {
            builder.view("v\(number)", at: Timestamp(number), admin: Int64(number % 2), ViewType.allCases[number % 3])
        }
        _ = try fresh.writer().append(builder.batch)
        let found = try fresh.store.reader().viewActivity(
            of: [1, 5, 0], from: 2, to: 15, deadline: .now + .seconds(600))
        #expect(found.map(\.admin) == [1, 5, 0] && found.map(\.lastAt) == [13, nil, 14])
        #expect(found.map { $0.counts.map(\.count).reduce(0, +) } == [6, 0, 7])
        #expect(found[0].counts.map(\.type) == ["DASHBOARD_OPEN", "EXPLANATION_EXPAND", "SIGNAL_DETAIL_OPEN"])
    }

    @Test(arguments: StoreKind.all)
    func `the balance is told by queue and piece of time`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        let start = builder.receivedAt
        for number in 0..<180 {
            builder.receivedAt = start + Timestamp(number) * 60_000_000
            builder.view("v\(number % 90)", at: start)
            if number % 3 == 0 { builder.rejected("bad\(number)", body: "{\(number)") }
        }
        _ = try fresh.writer().append(builder.batch)
        let reader = try fresh.store.reader()
        let (hour, never) = (Timestamp(3_600_000_000), ContinuousClock.Instant.now + .seconds(600))
        let from = start - start % hour
        let pieces = try reader.balance(from: from, to: from + 4 * hour, length: hour, deadline: never)
        #expect(pieces.allSatisfy { $0.balance.isEven && $0.queue == "intelligence-events" })
        let sum = pieces.reduce(0) { $0 + $1.balance.received }
        let whole = try reader.balance()
        #expect(sum == 240 && whole.received == 240)
        #expect(pieces.reduce(0) { $0 + $1.balance.duplicates } == whole.duplicates && whole.duplicates == 90)
        let activity = try reader.queueActivity(since: start + 60 * 60_000_000)
        #expect(activity.first { $0.queue == "profiler-telemetry" }?.lastMinute == nil)
        let events = try #require(activity.first { $0.queue == "intelligence-events" })
        let minute = start - start % 60_000_000
        #expect(events.lastMinute == minute + 179 * 60_000_000)
        #expect((119...120).contains(events.activeMinutes))
        #expect(try reader.lags(ofLast: 3, in: .view) == [87, 88, 89].map { $0 * 60_000_000 })
        #expect(try reader.names(.explanationVersion, count: 9) == ["v1"])
    }
}
