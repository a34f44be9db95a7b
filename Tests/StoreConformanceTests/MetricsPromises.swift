import Events
import Rollups
import Store
import StoreFixtures
import Testing

/// What is read from the rollups, as far as it is the store's: which events are in, and that all sums of a snapshot are of one state.
@Suite struct MetricsPromises {
    private static let hour: Timestamp = 3_600_000_000

    private func total(_ fresh: FreshStore, _ family: RollupFamily, from: Timestamp, to: Timestamp) throws -> Int64 {
        try RollupReader(fresh.store.rollups()).snapshot { reader throws(StoreError) in
            let sums = try reader.sums(family, from: from, to: to)
            return sums.dimensions.reduce(0) { total, dimension in
                total + (0..<16).reduce(0) { $0 + sums.value(dimension, $1) }
            }
        }
    }

    /// Events half an hour apart, so that windows begin and end inside slots and at their borders.
    @Test(arguments: StoreKind.all)
    func `a window counts what is in it, before and after a rebuild`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        for batch in 0..<20 {
            var builder = BatchBuilder()
            for number in batch * 50..<batch * 50 + 50 {
                builder.recommendation("r\(number)", at: Timestamp(number) * Self.hour / 2)
            }
            _ = try writer.append(builder.batch)
        }
        let windows: [(from: Timestamp, to: Timestamp, events: Int64)] = [
            (0, 500 * Self.hour, 1000), (0, 0, 0), (0, 1, 1), (1, Self.hour, 1),
            (Self.hour / 2, 400 * Self.hour, 799), (123 * Self.hour + 7, 123 * Self.hour + 8, 0),
            (10 * Self.hour, 10 * Self.hour + 1, 1), (499 * Self.hour, 9000 * Self.hour, 2),
        ]
        for isRebuilt in [false, true] {
            if isRebuilt { #expect(try fresh.store.upkeep.rebuild(dimensions: []) { _ in }.events == 1000) }
            for window in windows {
                #expect(try total(fresh, .actions, from: window.from, to: window.to) == window.events, "\(window)")
            }
        }
    }

    @Test(arguments: StoreKind.all)
    func `a session counts in its latest state only, in whatever order its messages come`(kind: StoreKind) throws {
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let fresh = try FreshStore(kind)
            let writer = try fresh.writer()
            for place in order {
                var builder = BatchBuilder()
                builder.profiler(
                    "p\(place)", at: Timestamp(place + 1), session: "s",
                    status: [.started, .inProgress, .finished][place])
                _ = try writer.append(builder.batch)
            }
            let sums = try RollupReader(fresh.store.rollups()).snapshot { reader throws(StoreError) in
                try reader.sums(.sessionStatus, from: 0, to: Self.hour)
            }
            let counted = sums.dimensions.flatMap { dimension in (0..<16).map { sums.value(dimension, $0) } }
            #expect(counted.filter { $0 != 0 }.allSatisfy { $0 == 1 }, "\(order): \(counted)")
            try fresh.expectIsWell()
        }
    }

    @Test(arguments: StoreKind.all)
    func `a snapshot does not see what is appended meanwhile`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        var builder = BatchBuilder()
        builder.recommendation("r1", at: 1)
        _ = try writer.append(builder.batch)
        let reader = RollupReader(try fresh.store.rollups())
        func count(_ reader: RollupReader) throws(StoreError) -> Int64 {
            let sums = try reader.sums(.actions, from: 0, to: 10)
            return sums.dimensions.reduce(0) { total, dimension in
                total + (0..<16).reduce(0) { $0 + sums.value(dimension, $1) }
            }
        }
        let counts = try reader.snapshot { reader throws(StoreError) in
            let before = try count(reader)
            var more = BatchBuilder()
            more.recommendation("r2", at: 2)
            _ = try writer.append(more.batch)
            return [before, try count(reader)]
        }
        #expect(counts == [1, 1])
        #expect(try reader.snapshot { reader throws(StoreError) in try count(reader) } == 2)
    }
}
