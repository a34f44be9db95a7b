package import Events
package import Rollups
internal import Store

/// One metric: its name and meaning, what its result looks like, and how it is computed. All there is of a metric is an entry of
/// ``MetricCatalogue``; replies, publications, the command line, the page and the schema documents are made from it.
package struct MetricDefinition: Sendable {
    package let name: String
    /// Grows when the meaning changes.
    package let version: Int
    /// One sentence.
    package let text: String
    /// What the rollups have sums by; see ``dimensions``.
    let groupings: [MetricGrouping]
    package let shape: MetricShape
    /// The queues whose messages it counts.
    package private(set) var queues = IngestQueue.allCases
    let compute: @Sendable (MetricQuery) throws(StoreError) -> MetricValue
    /// The sums that it is computed from.
    let families: [RollupFamily]
    /// What all its facts say: what it can be filtered by, and split by one or two of.
    package let dimensions: [FactDimension]
    /// Whether all its facts say the dimensions that the settings declare, too.
    package let takesDeclared: Bool

    init(
        _ name: String, version: Int = 1, _ text: String, groupings: [MetricGrouping] = [], shape: [MetricShape.Member],
        compute: @escaping @Sendable (MetricQuery) throws(StoreError) -> MetricValue
    ) {
        self.init(name, version: version, text, groupings: groupings, shape: .object(shape), compute: compute)
    }

    init(
        _ name: String, version: Int = 1, _ text: String, groupings: [MetricGrouping] = [], shape: MetricShape,
        compute: @escaping @Sendable (MetricQuery) throws(StoreError) -> MetricValue
    ) {
        self.name = name
        self.version = version
        self.text = text
        self.groupings = groupings
        self.shape = shape
        self.compute = compute
        let families = MetricQuery.families(readBy: compute)
        self.families = families
        dimensions = FactDimension.fixed.filter { dimension in
            !families.isEmpty && families.allSatisfy { $0.stream.dimensions.contains(dimension) }
        }
        takesDeclared = !families.isEmpty && families.allSatisfy(\.stream.saysDeclared)
    }

    /// What the result of one group looks like: without what stands beside words, which is of the whole.
    package var groupShape: MetricShape {
        if case .wordsBeside(let words, let shape, _) = shape { .words(words, shape) } else { shape }
    }

    /// Made of the messages of one queue.
    func of(_ queue: IngestQueue) -> MetricDefinition {
        var definition = self
        definition.queues = [queue]
        return definition
    }
}

/// What a definition computes from: sums of the store over the window.
struct MetricQuery {
    enum Source {
        /// All facts, from the sums that the store keeps.
        case rollups(MetricWindow)
        /// Some facts, added up for this query.
        case facts(FactGroups.Sums, of: [RollupFamily])
        /// Nothing; what is asked for is noted.
        case nothing(FamilyList)
    }

    final class FamilyList { var families: [RollupFamily] = [] }

    let reader: RollupReader
    let source: Source
    /// With the rollups only.
    let grouping: MetricGrouping?

    init(_ reader: RollupReader, _ source: Source, grouping: MetricGrouping? = nil) {
        self.reader = reader
        self.source = source
        self.grouping = grouping
    }

    func sums(_ family: RollupFamily) throws(StoreError) -> CellSums {
        switch source {
        case .rollups(let window): return try reader.sums(family, from: window.from, to: window.to)
        case .facts(let sums, let families):
            guard families.contains(family) else {
                throw StoreError(.other, doing: "read the metrics", why: "nobody has added up \(family)")
            }
            return sums[family] ?? CellSums([])
        case .nothing(let list):
            if !list.families.contains(family) { list.families.append(family) }
            return CellSums([])
        }
    }

    /// Learners with a completed session; a group of facts does not tell them apart, so no metric that asks for them can be split.
    func learners() throws(StoreError) -> Int64 {
        if case .rollups(let window) = source { return try reader.learners(from: window.from, to: window.to) }
        return try sums(.learnerFirsts).value(0, 0)
    }

    /// The whole, and with a grouping each group beside it under `groups`.
    func grouped(
        _ whole: RollupFamily, _ families: [MetricGrouping: RollupFamily],
        _ result: (CellSums, _ dimension: Int) -> MetricValue
    ) throws(StoreError) -> MetricValue {
        try grouped([whole], families.mapValues { [$0] }) { sums, dimension in result(sums[0], dimension) }
    }

    /// The same from several families with the same dimensions.
    func grouped(
        _ wholes: [RollupFamily], _ families: [MetricGrouping: [RollupFamily]],
        _ result: ([CellSums], _ dimension: Int) -> MetricValue
    ) throws(StoreError) -> MetricValue {
        let total = result(try sums(wholes), 0)
        guard let grouping, let families = families[grouping] else { return total }
        let sums = try sums(families)
        var groups: [MetricValue.Member] = []
        for dimension in Set(sums.flatMap(\.dimensions)) {
            groups.append(
                MetricValue.Member(try reader.name(of: dimension, grouping.dimension), result(sums, dimension)))
        }
        return total.with("groups", .object(groups.sortedByName()))
    }

    private func sums(_ families: [RollupFamily]) throws(StoreError) -> [CellSums] {
        var all: [CellSums] = []
        for family in families { all.append(try sums(family)) }
        return all
    }
}
