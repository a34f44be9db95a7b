import Events
import Testing

@testable import MetricsCatalogue
@testable import SQLiteStore
@testable import Store

/// Random events in random order, with late, corrected and repeated ones, failed transactions, restarts and a second writer: whatever comes,
/// every metric over every window is what a full scan finds.
@Suite struct MetricPropertyTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `every metric equals a full scan`(seed: UInt64) throws {
        let store = try RandomStore(seed: seed)
        let reader = try MetricsReader(SQLiteEventStore(store.openedOnce()))
        var random = SplitMix64(state: seed ^ 99)
        for round in 0..<5 {
            try store.add(round == 4 ? 3 : 250)
            for _ in 0..<2 {
                let days =
                    [1, 2, 7, 30, 90, 365, Int.random(in: 1...365, using: &random)].randomElement(using: &random) ?? 7
                let now = RandomEvents.now + Timestamp.random(in: -40_000_000_000...90_000_000_000, using: &random)
                try compare(store, reader, days, now)
            }
            try compare(store, reader, 365, RandomEvents.now + 2 * 86_400_000_000)
            // Some events happened at these edges to the microsecond, or one beside.
            try compare(store, reader, Int.random(in: 1...39, using: &random), RandomEvents.now)
            #expect(try StoreRebuild.verify(store.location).differences == [])
        }
    }

    @Test(arguments: [11, 12] as [UInt64])
    func `every metric equals a full scan where the edges of a window cut slots with very many events`(seed: UInt64)
        throws
    {
        let store = try RandomStore(seed: seed, isDense: true)
        let reader = try MetricsReader(SQLiteEventStore(store.openedOnce()))
        var random = SplitMix64(state: seed)
        try store.add(2500)
        let hours: Timestamp = 2 * 3_600_000_000
        for _ in 0..<4 {
            let cut = Timestamp.random(in: 0...hours, using: &random)
            try compare(store, reader, 1, RandomEvents.now - cut)
            try compare(store, reader, 1, RandomEvents.now - cut + 86_400_000_000)
        }
    }

    private func compare(_ store: RandomStore, _ reader: MetricsReader, _ days: Int, _ now: Timestamp) throws {
        for grouping in [nil, MetricGrouping.recommendationType, .confidenceAtTime, .explanationVersion] {
            let request = try MetricRequest(nil, days: days, grouping: grouping?.rawValue)
            for answer in try reader.answers(to: request, now: now, backlog: nil) {
                guard grouping == nil || answer.grouping != nil else { continue }
                var scan = try FullScan(store.location, answer.window)
                let name = answer.definition.name
                let expected = try scan.scan(name, grouping: answer.grouping?.rawValue)
                let found = answer.result.flattened()
                #expect(
                    Set(found.keys) == Set(expected.keys),
                    "\(name), \(days) days: \(Set(found.keys).symmetricDifference(expected.keys))")
                for (path, value) in expected {
                    let isSame = Self.isSame(found[path] ?? nil, value, isQuantile: Self.isQuantile(path))
                    #expect(
                        isSame,
                        "\(name), \(days) days, \(path): \(found[path] as Any), a full scan finds \(value as Any)")
                }
            }
        }
    }

    private static func isQuantile(_ path: String) -> Bool {
        path.split(separator: "/").last.map { ["p50", "p90", "p99"].contains($0.prefix(3)) } ?? false
    }

    private static func isSame(_ found: Double?, _ expected: Double?, isQuantile: Bool) -> Bool {
        guard let found, let expected else { return found == nil && expected == nil }
        if isQuantile { return abs(found - expected) <= abs(expected) * 0.01 + 1e-6 }
        return abs(found - expected) <= max(abs(expected) * 1e-9, 1e-8)
    }
}

extension RandomStore {
    /// The store's file, made by the writer that is open.
    func openedOnce() -> StoreLocation { location }
}
