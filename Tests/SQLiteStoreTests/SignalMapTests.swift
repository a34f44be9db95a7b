import StoreFixtures
import Testing

@testable import Events
@testable import SQLiteStore
@testable import Store

/// What is remembered of signals is never less than what the store holds.
@Suite struct SignalMapTests {
    private let store: TemporaryStore
    private let writer: SQLiteWriter

    init() throws {
        store = try TemporaryStore()
        writer = try store.writer()
    }

    /// More pages than there is room for, so that most are read again and again.
    @Test func `no signal is taken for one without events`() throws {
        var map = try SignalMap(writer.database, capacity: 2)
        var (recommended, ended): (Set<Int64>, Set<Int64>) = ([], [])
        for round in 0..<300 {
            let signal = [Int64.random(in: 1...600), .max - Int64.random(in: 0...70)][round % 7 == 0 ? 1 : 0]
            let isOutcome = round % 3 == 0 && !ended.contains(signal)
            let standing = try map.standing(of: signal, before: writer.nextSeq)
            #expect(
                standing
                    == SignalMap.Standing(
                        mayBeRecommended: recommended.contains(signal), mayHaveEnded: ended.contains(signal)))
            var builder = BatchBuilder()
            if isOutcome {
                builder.outcome("o\(round)", at: 1, signal: signal)
                ended.insert(signal)
            } else {
                builder.recommendation("r\(round)", at: 1, signal: signal)
                recommended.insert(signal)
            }
            #expect(try writer.append(builder.batch).stored == 1)
            map.note(signal, isOutcome ? .outcome : .recommendation)
        }
    }

    @Test func `a page with very many events is not read to the end`() throws {
        var builder = BatchBuilder()
        for number in 0..<300 { builder.recommendation("r\(number)", at: 1, signal: 64) }
        builder.recommendation("last", at: 1, signal: 70)
        _ = try writer.append(builder.batch)
        var map = try SignalMap(writer.database)
        #expect(try map.standing(of: 70, before: writer.nextSeq).mayBeRecommended)
        #expect(try !map.standing(of: 130, before: writer.nextSeq).mayBeRecommended)
    }

    /// Another process commits between two of our batches: the case that it began is the one that ours goes on with.
    @Test func `what another writer stored is seen`() throws {
        let other = try store.writer()
        var builder = BatchBuilder()
        builder.recommendation("a", at: 10, signal: 7)
        _ = try writer.append(builder.batch)
        builder = BatchBuilder()
        builder.outcome("b", at: 20, signal: 8)
        builder.recommendation("c", at: 5, signal: 9)
        _ = try other.append(builder.batch)
        builder = BatchBuilder()
        builder.recommendation("d", at: 1, signal: 8)
        builder.recommendation("e", at: 1, signal: 9)
        _ = try writer.append(builder.batch)
        #expect(try StoreRebuild.verify(store.location).differences == [])
    }
}
