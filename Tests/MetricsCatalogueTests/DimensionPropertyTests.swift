import Events
import Rollups
import Testing
import TimeZones

@testable import MetricsCatalogue
@testable import SQLiteStore
@testable import Store

/// Whatever a metric is split and filtered by: each group is what a full scan of its events alone finds.
@Suite struct DimensionPropertyTests {
    @Test(arguments: [(31, []), (32, []), (33, ["cohort", "tenant"])] as [(UInt64, [String])])
    func `every group and every filter equals a full scan`(seed: UInt64, declared: [String]) throws {
        let store = try RandomStore(seed: seed, dimensions: declared)
        let reader = try MetricsReader(SQLiteEventStore(store.location))
        let database = try Database.open(store.location.path, .readOnly)
        var random = SplitMix64(state: seed)
        for _ in 0..<2 {
            try store.add(220)
            for metric in MetricCatalogue.all {
                let own = metric.takesDeclared ? declared.map { FactDimension.declared($0) } : []
                guard !(metric.dimensions + own).isEmpty else { continue }
                let request = try request(metric, own, database, &random)
                let answer = try reader.answers(to: request, now: RandomEvents.now, backlogs: nil)[0]
                try compare(database, answer, answer.result, over: answer.window)
                if let previous = answer.previous {
                    try compare(database, answer, previous.result, over: previous.window)
                }
                guard let series = answer.series else { continue }
                for part in [series.parts.first, series.parts.randomElement(using: &random)].compactMap({ $0 }) {
                    try compare(database, answer, part.result, over: part.window)
                }
            }
        }
    }

    /// One metric with up to two dimensions, a filter or not, over a random window that is cut and compared at random.
    private func request(
        _ metric: MetricDefinition, _ declared: [FactDimension], _ database: Database, _ random: inout SplitMix64
    ) throws -> MetricRequest {
        // One of the declared ones at least, where there are any.
        let all = (metric.dimensions + declared).shuffled(using: &random)
        let shuffled = declared.isEmpty ? all : [declared[0]] + all.filter { $0 != declared[0] }
        let dimensions = Array(shuffled.prefix(Int.random(in: 0...2, using: &random)))
        var conditions: [FactFilter.Condition] = []
        let window = MetricWindow(days: 1, endingAt: RandomEvents.now)
        for dimension in all.shuffled(using: &random).prefix(dimensions.isEmpty ? 2 : 1)
        where dimensions.isEmpty || Bool.random(using: &random) {
            let known = try FullScan(database, window).combinations(of: [dimension], for: metric.name).map { $0[0] }
            let values = known.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
            conditions.append(FactFilter.Condition(dimension, values + ["nobody says this"]))
        }
        let end = RandomEvents.now + Timestamp.random(in: -3_000_000_000...90_000_000_000, using: &random)
        let length = Timestamp.random(in: 3_600_000_000...86_400_000_000 * 380, using: &random)
        let zone = try TimeZoneDatabase.zone(named: ["UTC", "America/St_Johns"].randomElement(using: &random) ?? "UTC")
        return try MetricRequest(
            [metric.name], span: .times(from: end - length, to: end),
            interval: Bool.random(using: &random) ? .month : nil, zone: zone,
            comparison: Bool.random(using: &random) ? MetricComparison.allCases.randomElement(using: &random) : nil,
            dimensions: dimensions, filter: FactFilter(conditions))
    }

    private func compare(
        _ database: Database, _ answer: MetricAnswer, _ result: MetricValue, over window: MetricWindow
    ) throws {
        let metric = answer.definition.name
        var scan = FullScan(database, window)
        let text = "\(metric) by \(answer.dimensionNames) where \(answer.filter) in \(window)"
        scan.count(only: answer.filter.conditions, for: metric)
        expect(result.without("groups"), is: try scan.scan(metric), text)
        guard !answer.dimensions.isEmpty else { return #expect(result["groups"] == nil) }

        let groups = try #require(result["groups"])
        let found = Self.paths(groups, depth: answer.dimensions.count)
        let combinations = try scan.combinations(of: answer.dimensions, for: metric)
        #expect(Set(found).isSubset(of: Set(combinations.map { $0.map { ByteKey($0) } })))
        scan.count(only: [FactFilter.Condition(answer.dimensions[0], [])], for: metric)
        let nothing = try scan.scan(metric)
        for names in combinations {
            let own = zip(answer.dimensions, names).map { FactFilter.Condition($0, [$1]) }
            scan.count(only: answer.filter.conditions + own, for: metric)
            let expected = try scan.scan(metric)
            let group = names.reduce(groups as MetricValue?) { $0?[$1] }
            if let group {
                expect(group, is: expected, "\(names) of \(text)")
            } else {
                #expect(expected == nothing, "\(names) of \(text) is missing")
            }
        }
    }

    private func expect(_ result: MetricValue, is expected: [String: Double?], _ text: String) {
        let found = result.flattened()
        #expect(Set(found.keys) == Set(expected.keys), "\(text)")
        for (path, value) in expected {
            let isSame = MetricPropertyTests.isSame(found[path] ?? nil, value)
            #expect(isSame, "\(text), \(path): \(found[path] as Any), a full scan finds \(value as Any)")
        }
    }

    private static func paths(_ value: MetricValue, depth: Int) -> [[ByteKey]] {
        guard depth > 0, case .object(let members) = value else { return [[]] }
        return members.flatMap { member in
            paths(member.value, depth: depth - 1).map { [ByteKey(member.name)] + $0 }
        }
    }

    /// Every event of these says its dimensions, so the groups are all of it.
    @Test func `the counts of the groups make up the whole`() throws {
        let store = try RandomStore(seed: 41)
        try store.add(500)
        let reader = try MetricsReader(SQLiteEventStore(store.location))
        for (metric, dimensions, counts) in [
            ("override_rate", [.recommendationType, .admin], ["overridden", "decisions"]),
            ("override_rate", [.confidence, .explanationVersion], ["overridden", "decisions"]),
            ("recommendation_acceptance_rate", [.explanationVersion], ["viewed", "accepted"]),
            ("false_positive_rate", [.explanationVersion], ["outcomes", "false_positives"]),
            ("profiler_completion", [.completionStatus], ["sessions", "completed"]),
            ("value_statements", [.completionStatus], ["sessions", "with_statement"]),
        ] as [(String, [FactDimension], [String])] {
            let request = try MetricRequest([metric], days: 365, dimensions: dimensions)
            let result = try reader.answers(to: request, now: RandomEvents.now, backlogs: nil)[0].result
            var groups = [try #require(result["groups"])]
            for _ in dimensions {
                groups = groups.flatMap { group -> [MetricValue] in
                    if case .object(let members) = group { members.map(\.value) } else { [] }
                }
            }
            for name in counts {
                let sum = groups.compactMap { $0.flattened()[name] ?? nil }.reduce(0, +)
                #expect(sum == result.flattened()[name] ?? nil && sum > 0, "\(metric), \(name)")
            }
        }
    }
}
