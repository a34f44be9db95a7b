internal import Events

/// Every metric there is, in the order in which they are listed everywhere.
package enum MetricCatalogue {
    package static let all: [MetricDefinition] =
        (recommendations + outcomes).map { $0.of(.intelligence) }
        + (sessions + funnel + profiles + alignments).map { $0.of(.profiler) } + quality

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    package static func definition(named name: String) -> MetricDefinition? { byName[name] }

    package static let names = all.map(\.name)
}

extension MetricShape {
    /// `count` and `share` of something, with what the share is of.
    static let share = MetricShape.object([
        Member("count", .count, "how many"),
        Member("total", .count, "of how many"),
        Member("share", .rate, "count / total"),
    ])
}

extension MetricValue {
    static func share(_ count: Int64, of total: Int64) -> MetricValue {
        .object(["count": .integer(count), "total": .integer(total), "share": .rate(count, of: total)])
    }

    /// Shares of the sum of all, in the given order.
    static func shares(_ counts: [(name: String, count: Int64)]) -> MetricValue {
        let total = counts.reduce(0) { $0 + $1.count }
        return .object(counts.map { Member($0.name, .share($0.count, of: total)) })
    }

    /// The same in the order of the names.
    static func shares(byName counts: [(name: String, count: Int64)]) -> MetricValue {
        shares(counts.sorted { ByteKey($0.name) < ByteKey($1.name) })
    }
}
