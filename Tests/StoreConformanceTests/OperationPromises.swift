import Events
import Store
import StoreFixtures
import Testing

/// The log of operations, and operations that last.
@Suite struct OperationPromises {
    private static let ada = Operator(name: "ada", way: .staff, peer: "192.0.2.1")
    private static let limit = ReadLimit(deadline: .now + .seconds(600))

    private func quarantined(_ fresh: FreshStore, _ count: Int) throws -> any EventWriter {
        let writer = try fresh.writer()
        var builder = BatchBuilder()
        for number in 0..<count { builder.rejected("bad-\(number)", body: "{\(number)") }
        _ = try writer.append(builder.batch)
        return writer
    }

    @Test(arguments: StoreKind.all)
    func `an operation that lasts goes on behind its last outcome, and resolves each message once`(kind: StoreKind)
        throws
    {
        let fresh = try FreshStore(kind)
        let writer = try quarantined(fresh, 10)
        let reader = try fresh.store.reader()
        let log = fresh.store.operations
        var selection = QuarantineFilter()
        selection.greatestID = try reader.greatestQuarantineID()
        let operation = try log.begin(
            NewOperation(.discard, note: "no use", detail: #"{"reason":null}"#, expected: 10), by: Self.ada, now: 100)
        #expect(try reader.unfinishedOperations().map(\.id) == [operation])
        #expect(try reader.progress(of: operation) == OperationProgress(counts: [], last: nil))
        _ = try writer.discard([3], note: "mine", by: Operator(name: "bob", way: .commandLine), now: 101)
        _ = try writer.discard([1, 2, 3, 4], note: "no use", by: Self.ada, operation: operation, now: 102)
        // What comes now is none of its business; the process dies, and another goes on.
        var builder = BatchBuilder()
        builder.rejected("late", body: "{late")
        _ = try writer.append(builder.batch)
        let again = try fresh.store.writerAgain(StoreModels())
        let progress = try reader.progress(of: operation)
        #expect(progress.last == 4 && progress.total == 4)
        #expect(
            progress.counts.map { ($0.outcome, $0.count) }.elementsEqual(
                [(.discarded, 3), (.resolvedBefore, 1)], by: ==))
        // A batch whose commit was not heard of is tried again.
        _ = try again.discard([4], note: "no use", by: Self.ada, operation: operation, now: 103)
        let left = try reader.quarantineIDs(selection, after: progress.last ?? 0, count: .max)
        #expect(left == [5, 6, 7, 8, 9, 10])
        _ = try again.discard(left, note: "no use", by: Self.ada, operation: operation, now: 104)
        #expect(try log.end(operation, as: .done, note: nil, by: nil, now: 105))
        #expect(try !log.end(operation, as: .stopped, note: "late", by: Self.ada, now: 106))
        #expect(try reader.unfinishedOperations().isEmpty)
        let entry = try #require(try reader.operation(operation))
        #expect(entry.end == OperationEnd(at: 105, state: .done, actor: nil, note: nil))
        #expect(entry.peer == "192.0.2.1" && entry.via == "staff" && entry.expected == 10)
        #expect(try reader.outcomes(of: operation, nil, after: 8, count: 9).map(\.quarantineID) == [9, 10])
        #expect(
            try reader.outcomes(of: operation, .resolvedBefore, after: 0, count: 9)
                == [OperationOutcome(3, .resolvedBefore, detail: "discard")])
        #expect(try reader.resolution(ofQuarantined: 3)?.actor == "bob")
        #expect(try reader.resolution(ofQuarantined: 5)?.operation == operation)
        #expect(try reader.resolution(ofQuarantined: 11) == nil)
        // Its batches are no operations of their own.
        let all = try reader.operations(.init(), .first, count: 9, Self.limit).rows
        #expect(all.map(\.actor) == ["bob", "ada"])
        try fresh.expectIsWell()
    }

    @Test(arguments: StoreKind.all)
    func `a replay notes the outcome of each message`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        let writer = try quarantined(fresh, 3)
        _ = try writer.discard([3], note: "x", by: Self.ada, now: 1)
        let operation = try fresh.store.operations.begin(
            NewOperation(.replay, expected: 3), by: Self.ada, now: 2)
        var builder = BatchBuilder()
        builder.view("good", at: 7)
        builder.rejected("bad-1", body: "{1")
        builder.view("never", at: 7)
        _ = try writer.replay(
            builder.batch, quarantineIDs: [1, 2, 3], note: nil, by: Self.ada, operation: operation, now: 3)
        let reader = try fresh.store.reader()
        #expect(
            try reader.outcomes(of: operation, nil, after: 0, count: 9) == [
                OperationOutcome(1, .stored), OperationOutcome(2, .refused, detail: "not_json"),
                OperationOutcome(3, .resolvedBefore, detail: "discard"),
            ])
        #expect(try reader.resolution(ofQuarantined: 1)?.operation == operation)
        #expect(try reader.resolution(ofQuarantined: 2) == nil)
        // What a dry run found good can be chosen.
        let trial = try fresh.store.operations.begin(NewOperation(.dryRun, expected: 2), by: Self.ada, now: 4)
        try fresh.store.operations.add(
            [OperationOutcome(2, .stored), OperationOutcome(3, .refused, detail: "not_json")], to: trial)
        try fresh.store.operations.add([OperationOutcome(2, .refused)], to: trial)
        var good = QuarantineFilter(state: .all)
        good.outcomes = .init(operation: trial, words: [.stored, .duplicate])
        #expect(try reader.quarantineIDs(good, after: 0, count: 9) == [2])
    }

    @Test(arguments: StoreKind.all)
    func `the log is read from page to page, by who did what and when`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        _ = try fresh.writer()
        let log = fresh.store.operations
        for number in 0..<50 {
            let who = Operator(name: number % 2 == 0 ? "ada" : "bob\u{1F600}", way: .proxy, peer: "::1")
            let action = OperationAction.allCases[number % 8]
            _ = try log.begin(NewOperation(action), by: who, now: Timestamp(number / 2))
        }
        let reader = try fresh.store.reader()
        func ids(_ filter: OperationFilter, _ count: Int, from end: ListPlace) throws -> [Int64] {
            var (ids, place): ([Int64], ListPlace?) = ([], end)
            while let here = place {
                let page = try reader.operations(filter, here, count: count, Self.limit)
                ids = end == .last ? page.rows.map(\.id) + ids : ids + page.rows.map(\.id)
                place = end == .last ? page.before.map { .before($0) } : page.after.map { .after($0) }
            }
            return ids
        }
        var filter = OperationFilter()
        #expect(try ids(filter, 7, from: .first) == (1...50).reversed())
        filter.actor = "bob\u{1F600}"
        filter.from = 3
        filter.to = 20
        let expected = stride(from: Int64(40), through: 8, by: -2).map { $0 }
        for count in [1, 3, 200] {
            #expect(try ids(filter, count, from: .first) == expected)
            #expect(try ids(filter, count, from: .last) == expected)
        }
        filter = OperationFilter()
        filter.actions = ["login", "logout"]
        #expect(try ids(filter, 5, from: .first).count == 12)
        #expect { _ = try reader.operations(filter, .after("x"), count: 5, Self.limit) } throws: {
            if case ListError.staleKey = $0 { true } else { false }
        }
    }
}
