import Events
import Rollups
import Testing

@testable import MetricsCatalogue
@testable import SQLiteStore
@testable import Store
import TimeZones

/// Random events in random order, with late, corrected and repeated ones, failed transactions, restarts and a second writer: whatever comes,
/// every metric over every window is what a full scan finds.
@Suite struct MetricPropertyTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `every metric equals a full scan`(seed: UInt64) throws {
        let store = try RandomStore(seed: seed)
        let reader = try MetricsReader(SQLiteEventStore(store.openedOnce()))
        var random = SplitMix64(state: seed ^ 99)
        for round in 0..<4 {
            try store.add(round == 3 ? 3 : 220)
            for _ in 0..<(round == 0 ? 2 : 1) {
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
        let database = try Database.open(store.location.path, .readOnly)
        for grouping in [nil, FactDimension.recommendationType, .confidence, .explanationVersion] {
            // The others are in DimensionPropertyTests.
            let names = MetricCatalogue.all.filter { metric in
                grouping == nil || metric.groupings.contains { $0.dimension == grouping }
            }.map(\.name)
            let request = try MetricRequest(names, days: days, dimensions: grouping.map { [$0] } ?? [])
            for answer in try reader.answers(to: request, now: now, backlogs: nil) {
                try compare(database, answer, answer.result, over: answer.window)
            }
        }
    }

    private func compare(_ database: Database, _ answer: MetricAnswer, _ result: MetricValue, over window: MetricWindow)
        throws
    {
        var scan = FullScan(database, window)
        let name = "\(answer.definition.name), \(window)"
        let expected = try scan.scan(answer.definition.name, grouping: answer.dimensionNames.first)
        let found = result.flattened()
        #expect(
            Set(found.keys) == Set(expected.keys), "\(name): \(Set(found.keys).symmetricDifference(expected.keys))")
        for (path, value) in expected {
            let isSame = Self.isSame(found[path] ?? nil, value)
            #expect(isSame, "\(name), \(path): \(found[path] as Any), a full scan finds \(value as Any)")
        }
    }

    @Test(arguments: [21, 22] as [UInt64])
    func `every part of a series, and the window before, equals a full scan, and the parts make up the whole`(
        seed: UInt64
    ) throws {
        let store = try RandomStore(seed: seed)
        let reader = try MetricsReader(SQLiteEventStore(store.openedOnce()))
        var random = SplitMix64(state: seed)
        let database = try Database.open(store.location.path, .readOnly)
        for _ in 0..<2 {
            try store.add(250)
            let end = RandomEvents.now + Timestamp.random(in: -3_000_000_000...90_000_000_000, using: &random)
            let interval = MetricInterval.allCases.randomElement(using: &random) ?? .day
            let days: [MetricInterval: Int64] = [.hour: 1, .day: 9, .week: 50, .month: 200]
            let zone = try TimeZoneDatabase.zone(
                named: ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"].randomElement(using: &random)
                    ?? "UTC")
            let length = Timestamp.random(in: 3_600_000_000...86_400_000_000 * (days[interval] ?? 1), using: &random)
            let request = try MetricRequest(
                nil, span: .times(from: end - length, to: end), interval: interval, zone: zone, comparison: .previous)
            for answer in try reader.answers(to: request, now: RandomEvents.now, backlogs: nil) {
                let parts = try #require(answer.series).parts
                #expect(parts.first?.window.from == answer.window.from && parts.last?.window.to == answer.window.to)
                #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.window.to == $1.window.from })
                for part in Set([0, parts.count - 1, Int.random(in: parts.indices, using: &random)]).map({ parts[$0] })
                {
                    try compare(database, answer, part.result, over: part.window)
                }
                let previous = try #require(answer.previous)
                #expect(previous.window.to == answer.window.from && previous.window.from == answer.window.from - length)
                try compare(database, answer, previous.result, over: previous.window)
                let counts = parts.map(\.result.counts)
                for (path, value) in answer.result.counts {
                    let found = counts.compactMap { $0[path] }
                    let sum = found.reduce(0, +)
                    // What a name that is data is compared with stands beside it alone: not in parts where nobody chose it.
                    let isWhole = !path.hasSuffix("/total") || found.count == parts.count
                    #expect(
                        isWhole ? sum == value : sum <= value,
                        "\(answer.definition.name), \(path) of \(parts.count) parts: \(sum), not \(value)")
                }
            }
        }
    }

    /// Quantiles, too: what a store of these tests holds are few numbers.
    static func isSame(_ found: Double?, _ expected: Double?) -> Bool {
        guard let found, let expected else { return found == nil && expected == nil }
        return abs(found - expected) <= max(abs(expected) * 1e-9, 1e-8)
    }
}

extension MetricValue {
    /// What may be added up: counts of events, but not of those who are counted once in each window, and no ids.
    fileprivate var counts: [String: Double] {
        flattened().compactMapValues { $0 }.filter { path, _ in
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            return [
                "viewed", "accepted", "overridden", "decisions", "count", "total", "outcomes", "received", "sessions",
            ].contains(name)
        }
    }
}

extension RandomStore {
    /// The store's file, made by the writer that is open.
    func openedOnce() -> StoreLocation { location }
}
