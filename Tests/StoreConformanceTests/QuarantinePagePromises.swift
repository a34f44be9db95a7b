import Events
import Store
import StoreFixtures
import Testing

/// What pages show of refused messages.
@Suite struct QuarantinePagePromises {
    private static let ada = Operator(name: "ada", way: .staff)
    private static let never = ContinuousClock.Instant.now + .seconds(600)
    private static let limit = ReadLimit(deadline: never)

    /// 90 messages, of three pointers in turn, a minute apart.
    private func filled(_ kind: StoreKind) throws -> (FreshStore, any EventWriter, any StoreReader) {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        var builder = BatchBuilder()
        for number in 0..<90 {
            builder.receivedAt = Timestamp(number) * 60_000_000
            switch number % 3 {
            case 0: builder.rejected("a/\(number)", body: "{\(number)", .notJSON, at: "", "not JSON\0")
            case 1:
                builder.rejected(
                    "b\0\(number)", body: "{\(number)", .tooLong, at: "/answers/\(number)/option", "Much TOO long")
            default:
                builder.rejected(
                    "\u{1F600}\(number)", body: "{\(number)", .tooLong, at: "/note",
                    number > 45 ? "100 % too long" : "é")
            }
        }
        _ = try writer.append(builder.batch)
        return (fresh, writer, try fresh.store.reader())
    }

    @Test(arguments: StoreKind.all)
    func `each member of a filter is what a full scan finds`(kind: StoreKind) throws {
        let (_fresh, writer, reader) = try filled(kind)
        _ = try writer.discard([1, 4, 7], note: "x", by: Self.ada, now: 9)
        func check(_ expected: (Int) -> Bool, _ change: (inout QuarantineFilter) -> Void) throws {
            for state in [QuarantineFilter.State.open, .discarded, .replayed, .all] {
                var filter = QuarantineFilter(state: state)
                change(&filter)
                let isIn: (Int) -> Bool = { id in
                    let isDiscarded = [1, 4, 7].contains(id)
                    return switch state {
                    case .open: !isDiscarded
                    case .discarded: isDiscarded
                    case .replayed: false
                    case .all: true
                    }
                }
                let ids = (1...90).filter { expected($0 - 1) && isIn($0) }.map { Int64($0) }
                #expect(try reader.quarantineIDs(filter, after: 0, count: .max) == ids, "\(filter)")
                #expect(try reader.quarantineCount(filter) == Int64(ids.count), "\(filter)")
                var read: [Int64] = []
                try reader.forEachQuarantined(filter) { read.append($0.id) }
                #expect(read == ids, "\(filter)")
                filter.isNewestFirst = true
                read = []
                try reader.forEachQuarantined(filter) { read.append($0.id) }
                #expect(read == ids.reversed(), "\(filter)")
                for end in [ListPlace.first, .last] {
                    var (paged, place): ([Int64], ListPlace?) = ([], end)
                    while let here = place {
                        let page = try reader.quarantineRows(filter, here, count: 7, Self.limit)
                        paged = end == .last ? page.rows.map(\.id) + paged : paged + page.rows.map(\.id)
                        place = end == .last ? page.before.map { .before($0) } : page.after.map { .after($0) }
                    }
                    #expect(paged == ids.reversed(), "\(filter)")
                }
                let faults = try reader.quarantineFaults(
                    filter, by: .fault, now: 0, hours: 0, deadline: Self.never)
                let counts = faults.faults.map { fault in
                    switch state {
                    case .open: fault.unresolved
                    case .replayed: fault.replayed
                    case .discarded: fault.discarded
                    case .all: fault.total
                    }
                }
                #expect(counts.reduce(0, +) == Int64(ids.count) && !counts.contains(0), "\(filter)")
            }
        }
        try check({ _ in true }) { _ in }
        try check({ $0 % 3 != 0 }) { $0.reason = "too_long" }
        try check({ $0 % 3 == 1 }) { $0.pointerPrefix = "/answers/" }
        try check({ $0 == 1 || (10...19).contains($0) && $0 % 3 == 1 }) { $0.pointerPrefix = "/answers/1" }
        try check({ $0 % 3 == 1 }) { $0.shape = "/answers/*/option" }
        try check({ $0 % 3 == 0 }) { $0.shape = "" }
        try check({ $0 % 3 == 1 || $0 % 3 == 2 && $0 > 45 }) { $0.text = "too LONG" }
        try check({ $0 % 3 == 2 && $0 > 45 }) { $0.text = "%" }
        try check({ (10..<20).contains($0) }) { ($0.from, $0.to) = (600_000_000, 1_200_000_000) }
        try check({ $0 < 50 }) { $0.greatestID = 50 }
        try check({ [2, 4].contains($0) }) { $0.ids = [3, 5, 5, 99] }
        try check({ _ in false }) { $0.queue = "profiler-telemetry" }
        try check({ $0 % 3 == 1 && $0 < 50 }) {
            ($0.reason, $0.shape, $0.greatestID) = ("too_long", "/answers/*/option", 50)
        }
        withExtendedLifetime(_fresh) {}
    }

    @Test(arguments: StoreKind.all)
    func `a selection that was made says who has resolved some of it since`(kind: StoreKind) throws {
        let (_fresh, writer, reader) = try filled(kind)
        var selection = QuarantineFilter(reason: "too_long")
        selection.greatestID = try reader.greatestQuarantineID()
        #expect(selection.greatestID == 90)
        _ = try writer.discard([2], note: "x", by: Self.ada, now: 50)
        _ = try writer.discard([3, 5, 1], note: "x", by: Operator(name: "bob", way: .staff), now: 100)
        _ = try writer.discard([6], note: "x", by: Operator(name: "bob", way: .staff), now: 120)
        #expect(
            try reader.resolved(selection, since: 60) == [
                ResolvedMeanwhile(actor: "bob", action: "discard", count: 3, firstAt: 100, lastAt: 120)
            ])
        #expect(try reader.resolved(selection, since: 121).isEmpty)
        withExtendedLifetime(_fresh) {}
    }
}
