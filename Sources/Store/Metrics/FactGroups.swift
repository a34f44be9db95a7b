package import Events
package import Rollups

/// Sums of the facts of a window, group by group; made by ``RollupReader/groups(of:by:where:from:to:)``.
package struct FactGroups: Sendable {
    package typealias Sums = [RollupFamily: CellSums]

    package struct Group: Sendable {
        /// The values of the dimensions, in the order in which they were asked for.
        package let names: [String]
        package let sums: Sums
    }

    /// Of all facts that the filter lets through, whether they say the dimensions or not.
    package let whole: Sums
    /// Those that have something, in no order.
    package let groups: [Group]
}

/// Which facts count: those that have one of these values in each of these dimensions.
package struct FactFilter: Sendable, Equatable {
    package struct Condition: Sendable, Equatable {
        package let dimension: FactDimension
        package let values: [String]

        package init(_ dimension: FactDimension, _ values: [String]) {
            self.dimension = dimension
            self.values = values
        }
    }

    package let conditions: [Condition]
    package var isEmpty: Bool { conditions.isEmpty }

    package init(_ conditions: [Condition] = []) { self.conditions = conditions }
}

extension RollupReader {
    /// More groups than this are one, called ``NameRegistry/other``: those that come up last.
    package static let mostGroups = 10_000

    /// The sums of families, from the facts of the window: those that `filter` lets through, and what each group of them has that `dimensions`
    /// tell apart. Facts that do not say a dimension are in no group. All families are of streams that have all these dimensions.
    package func groups(
        of families: [RollupFamily], by dimensions: [FactDimension], where filter: FactFilter, from: Timestamp,
        to: Timestamp
    ) throws(StoreError) -> FactGroups {
        var numbers: [ByteKey: Int] = [:]
        for case .declared(let name) in dimensions + filter.conditions.map(\.dimension) {
            numbers[ByteKey(name)] = try number(ofDimension: name)
        }
        var whole: FactGroups.Sums = [:]
        var groups: [[ByteKey]: (names: [String], sums: FactGroups.Sums)] = [:]
        for stream in RollupStream.allCases {
            let families = families.filter { $0.stream == stream }
            guard !families.isEmpty else { continue }
            let pass = FactPass(self, stream, families, by: dimensions, where: filter, numbers)
            if from < to { try pass.read(from..<to) }
            let sums = pass.sums()
            whole.merge(sums.whole) { $1 }
            for group in sums.groups {
                let key = group.names.map { ByteKey($0) }
                groups[key, default: (group.names, [:])].sums.merge(group.sums) { $1 }
            }
        }
        return FactGroups(
            whole: whole, groups: groups.values.map { FactGroups.Group(names: $0.names, sums: $0.sums) })
    }
}
