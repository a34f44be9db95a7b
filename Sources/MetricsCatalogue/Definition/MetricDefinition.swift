package import Events
internal import Rollups
internal import Store

/// One metric: its name and meaning, what its result looks like, and how it is computed. All there is of a metric is an entry of
/// ``MetricCatalogue``; replies, publications, the command line, the page and the schema documents are made from it.
package struct MetricDefinition: Sendable {
    package let name: String
    /// Grows when the meaning changes.
    package let version: Int
    /// One sentence.
    package let text: String
    package let groupings: [MetricGrouping]
    package let shape: MetricShape
    /// The queues whose messages it counts.
    package private(set) var queues = IngestQueue.allCases
    let compute: @Sendable (MetricQuery) throws(StoreError) -> MetricValue

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

/// What an intelligence metric can be split by; the spelling of requests.
package enum MetricGrouping: String, Sendable, CaseIterable {
    case recommendationType = "recommendation_type"
    case confidenceAtTime = "confidence_at_time"
    case explanationVersion = "explanation_version"
}

/// What a definition computes from: sums of the store over the window.
struct MetricQuery {
    let reader: RollupReader
    let window: MetricWindow
    let grouping: MetricGrouping?

    func sums(_ family: RollupFamily) throws(StoreError) -> CellSums {
        try reader.sums(family, from: window.from, to: window.to)
    }

    /// How a dimension of a grouped family is called.
    func groupName(_ dimension: Int, _ grouping: MetricGrouping) throws(StoreError) -> String {
        switch grouping {
        case .recommendationType: try reader.recommendationType(dimension)
        case .explanationVersion: try reader.explanationVersion(dimension)
        case .confidenceAtTime:
            Confidence.allCases.first { Int($0.code) == dimension }?.rawValue ?? "unknown"
        }
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
            groups.append(MetricValue.Member(try groupName(dimension, grouping), result(sums, dimension)))
        }
        return total.with("groups", .object(groups.sortedByName()))
    }

    private func sums(_ families: [RollupFamily]) throws(StoreError) -> [CellSums] {
        var all: [CellSums] = []
        for family in families { all.append(try sums(family)) }
        return all
    }
}
