internal import JSON
package import Rollups
internal import Spelling
package import Store

/// What a request is split and filtered by.
extension MetricRequest {
    /// The names of those that need not be declared.
    package static let fixedDimensions = FactDimension.fixed.map(\.name)

    /// The metrics that can answer. Where all are asked for, those that cannot be grouped are simply not, and those that cannot be filtered are
    /// left out: a number of everything must not stand beside numbers of some.
    static func supported(
        _ metrics: [MetricDefinition], isAll: Bool, _ dimensions: [FactDimension], _ filter: FactFilter,
        declared: [String]
    ) throws(MetricRequestError) -> [MetricDefinition] {
        if isAll {
            let able = metrics.filter { $0.canBeFiltered(by: filter) }
            guard able.isEmpty else { return able }
            let names = filter.conditions.map(\.dimension.name).joined(separator: " and ")
            throw MetricRequestError(.unsupportedFilter, "no metric can be filtered by \(names) together")
        }
        for metric in metrics {
            let own = metric.takesDeclared ? declared.map { FactDimension.declared($0) } : []
            if let condition = filter.conditions.first(where: { !metric.says($0.dimension) }) {
                throw MetricRequestError(
                    .unsupportedFilter, metric, "filtered", by: [condition.dimension], only: metric.dimensions + own)
            }
            guard metric.canBeGrouped(by: dimensions, where: filter) else {
                let may = (dimensions.count == 1 && filter.isEmpty ? metric.groupable : metric.dimensions) + own
                throw MetricRequestError(.unsupportedGroupBy, metric, "grouped", by: dimensions, only: may)
            }
        }
        return metrics
    }

    /// `group_by` on the command line: names, each of which may be several with commas between them.
    package static func dimensions(named names: [String], declared: [String]) throws(MetricRequestError)
        -> [FactDimension]
    {
        var dimensions: [FactDimension] = []
        for name in names.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            try append(String(name), to: &dimensions, declared)
        }
        return dimensions
    }

    /// `filter` on the command line: `dimension=value`, where a dimension that comes again has several values.
    package static func filter(_ conditions: [String], declared: [String]) throws(MetricRequestError) -> FactFilter {
        var found: [(dimension: FactDimension, values: [String])] = []
        for condition in conditions {
            guard let place = condition.firstIndex(of: "=") else {
                throw MetricRequestError(
                    .unsupportedFilter, "the filter \(MetricRequestError.quoted(condition)) is not DIMENSION=VALUE")
            }
            let dimension = try dimension(
                String(condition[..<place]), of: "filter", .unsupportedFilter, declared)
            let value = String(condition[condition.index(after: place)...])
            if let known = found.firstIndex(where: { $0.dimension == dimension }) {
                found[known].values.append(value)
            } else {
                found.append((dimension, [value]))
            }
        }
        return FactFilter(found.map { FactFilter.Condition($0.dimension, $0.values) })
    }

    static func dimensions(_ value: JSONValue.Content?, declared: [String]) throws(MetricRequestError)
        -> [FactDimension]
    {
        var dimensions: [FactDimension] = []
        switch value {
        case nil: break
        case .string(let name)?: try append(name, to: &dimensions, declared)
        case .array(let values)?:
            for value in values {
                guard case .string(let name) = value.content else {
                    throw MetricRequestError(
                        .unsupportedGroupBy, "group_by holds \(value.shown), not only names of dimensions")
                }
                try append(name, to: &dimensions, declared)
            }
        default:
            throw MetricRequestError(
                .unsupportedGroupBy, "group_by is neither a name of a dimension nor a list of them")
        }
        return dimensions
    }

    static func filter(_ value: JSONValue.Content?, declared: [String]) throws(MetricRequestError) -> FactFilter {
        guard let value else { return FactFilter() }
        guard case .object(let members) = value else {
            throw MetricRequestError(
                .unsupportedFilter, "filter is not an object of dimensions, each with a value or a list of values")
        }
        var conditions: [FactFilter.Condition] = []
        for (name, value) in members {
            let dimension = try dimension(name, of: "filter", .unsupportedFilter, declared)
            let values: [JSONValue] = if case .array(let values) = value.content { values } else { [value] }
            guard !values.isEmpty else {
                throw MetricRequestError(.unsupportedFilter, "filter has no value for \(name)")
            }
            var texts: [String] = []
            for value in values { texts.append(try text(value, of: name)) }
            conditions.append(FactFilter.Condition(dimension, texts))
        }
        return FactFilter(conditions)
    }

    /// A whole number is as good as its digits: ids are numbers elsewhere.
    private static func text(_ value: JSONValue, of dimension: String) throws(MetricRequestError) -> String {
        switch value.content {
        case .string(let text): return text
        case .number(let number):
            if let id = Int64(exactly: number) { return "\(id)" }
        default: break
        }
        throw MetricRequestError(
            .unsupportedFilter, "filter has \(value.shown) for \(dimension), which is neither a text nor a whole number"
        )
    }

    private static func append(_ name: String, to dimensions: inout [FactDimension], _ declared: [String])
        throws(MetricRequestError)
    {
        let dimension = try dimension(name, of: "group_by", .unsupportedGroupBy, declared)
        guard !dimensions.contains(dimension) else {
            throw MetricRequestError(.unsupportedGroupBy, "group_by has \(name) twice")
        }
        guard dimensions.count < 2 else {
            throw MetricRequestError(.unsupportedGroupBy, "group_by has more than two dimensions")
        }
        dimensions.append(dimension)
    }

    /// `declared` are the names that the settings declare.
    private static func dimension(
        _ name: String, of member: String, _ code: MetricRequestError.Code, _ declared: [String]
    ) throws(MetricRequestError) -> FactDimension {
        if let dimension = FactDimension(name: name, declared: declared) { return dimension }
        let known = FactDimension.fixed.map(\.name) + declared
        let near = NearMiss.find(name, among: known).map { "; did you mean \($0)?" } ?? ""
        throw MetricRequestError(
            code,
            "\(member) is \(MetricRequestError.quoted(name)), not one of \(known.joined(separator: ", "))\(near)")
    }
}

extension MetricRequestError {
    fileprivate init(
        _ code: Code, _ metric: MetricDefinition, _ what: String, by dimensions: [FactDimension],
        only may: [FactDimension]
    ) {
        let names = dimensions.map(\.name).joined(separator: " and ")
        let others = may.map(\.name).joined(separator: ", ")
        self.init(
            code,
            "\(metric.name) cannot be \(what) by \(names)"
                + (may.isEmpty ? "; it cannot be \(what)" : ", only by \(others)"))
    }
}
