internal import Events
internal import Rollups
internal import Store

extension MetricDefinition {
    /// The result over a window: from the rollups where they have the sums, otherwise from the facts of the window.
    ///
    /// The groups of one dimension are members of `groups`; of two, each of those is an object of the groups of the second.
    func result(
        over window: MetricWindow, by dimensions: [FactDimension], where filter: FactFilter, _ reader: RollupReader
    ) throws(StoreError) -> MetricValue {
        if filter.isEmpty {
            let grouping = grouping(by: dimensions)
            if dimensions.isEmpty || grouping != nil {
                return try compute(MetricQuery(reader, .rollups(window), grouping: grouping))
            }
        }
        let found = try reader.groups(
            of: families, by: dimensions, where: filter, from: window.from, to: window.to)
        let whole = try compute(MetricQuery(reader, .facts(found.whole, of: families)))
        guard !dimensions.isEmpty else { return whole }
        var groups: [(names: [String], result: MetricValue)] = []
        for group in found.groups {
            groups.append((group.names, try compute(MetricQuery(reader, .facts(group.sums, of: families)))))
        }
        return whole.with("groups", Self.nested(groups[...]))
    }

    /// By the first name, then by the next; each level in the order of its names.
    private static func nested(_ groups: ArraySlice<(names: [String], result: MetricValue)>) -> MetricValue {
        var members: [(name: String, groups: [(names: [String], result: MetricValue)])] = []
        var places: [ByteKey: Int] = [:]
        for (names, result) in groups {
            let key = ByteKey(names[0])
            let place = places[key] ?? members.count
            if place == members.count { members.append((names[0], [])) }
            places[key] = place
            members[place].groups.append((Array(names.dropFirst()), result))
        }
        return .object(
            members.map { name, groups in
                MetricValue.Member(name, groups[0].names.isEmpty ? groups[0].result : nested(groups[...]))
            }.sortedByName())
    }
}
