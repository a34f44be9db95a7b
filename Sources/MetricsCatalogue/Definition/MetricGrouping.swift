package import Rollups
package import Store

/// What the rollups have sums by, so that a metric that is split by it alone need not look into the facts.
enum MetricGrouping: CaseIterable {
    case recommendationType
    case confidenceAtTime
    case explanationVersion

    var dimension: FactDimension {
        switch self {
        case .recommendationType: .recommendationType
        case .confidenceAtTime: .confidence
        case .explanationVersion: .explanationVersion
        }
    }
}

extension MetricDefinition {
    /// What it can be split by, alone; beside declared dimensions.
    package var groupable: [FactDimension] {
        FactDimension.fixed.filter { dimension in
            dimensions.contains(dimension) || groupings.contains { $0.dimension == dimension }
        }
    }

    /// What is only kept as sums cannot be filtered any more.
    package func canBeGrouped(by dimensions: [FactDimension], where filter: FactFilter) -> Bool {
        if dimensions.count == 1, filter.isEmpty, groupable.contains(dimensions[0]) { return true }
        return dimensions.allSatisfy { says($0) }
    }

    /// Whether all its facts say it.
    func says(_ dimension: FactDimension) -> Bool {
        if case .declared = dimension { return takesDeclared }
        return dimensions.contains(dimension)
    }

    package func canBeFiltered(by filter: FactFilter) -> Bool {
        filter.conditions.allSatisfy { says($0.dimension) }
    }

    /// Where the sums of the groups are kept; nil where the facts have to be read.
    func grouping(by dimensions: [FactDimension]) -> MetricGrouping? {
        dimensions.count == 1 ? groupings.first { $0.dimension == dimensions[0] } : nil
    }
}
