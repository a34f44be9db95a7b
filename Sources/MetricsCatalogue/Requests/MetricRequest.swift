internal import Events
internal import JSON
internal import Spelling

/// What is asked for: some metrics over a window.
package struct MetricRequest: Sendable {
    package let metrics: [MetricDefinition]
    /// Whether the reply is a list although it may hold only one.
    package let isList: Bool
    package let days: Int
    package let grouping: MetricGrouping?

    package init(
        _ names: [String]?, isList: Bool = true, days: Int, grouping: String?
    ) throws(MetricRequestError) {
        guard MetricWindow.days.contains(days) else {
            throw MetricRequestError(
                .invalidDays,
                "days is \(days), not between \(MetricWindow.days.lowerBound) and \(MetricWindow.days.upperBound)")
        }
        var metrics: [MetricDefinition] = []
        for name in names ?? MetricCatalogue.names {
            guard let definition = MetricCatalogue.definition(named: name) else {
                throw MetricRequestError(unknown: name)
            }
            metrics.append(definition)
        }
        self.metrics = metrics
        self.isList = isList
        self.days = days
        self.grouping = try grouping.map { text throws(MetricRequestError) in
            try Self.grouping(text, for: metrics, isAll: names == nil)
        }
    }

    /// Where all metrics are asked for, those that cannot be grouped are simply not.
    private static func grouping(_ text: String, for metrics: [MetricDefinition], isAll: Bool)
        throws(MetricRequestError) -> MetricGrouping
    {
        guard let grouping = MetricGrouping(rawValue: text) else {
            let known = MetricGrouping.allCases.map(\.rawValue)
            let near = NearMiss.find(text, among: known).map { "; did you mean \($0)?" } ?? ""
            throw MetricRequestError(
                .unsupportedGroupBy,
                "group_by is \(JSONText.quoted(String(text.prefix(64)))), not one of \(known.joined(separator: ", "))\(near)"
            )
        }
        guard !isAll, let other = metrics.first(where: { !$0.groupings.contains(grouping) }) else { return grouping }
        let may = other.groupings.map(\.rawValue).joined(separator: ", ")
        throw MetricRequestError(
            .unsupportedGroupBy,
            "\(other.name) cannot be grouped by \(text)" + (may.isEmpty ? "; it cannot be grouped" : ", only by \(may)")
        )
    }

    /// Reads a request as it comes over AMQP.
    package static func parse(_ body: some Sequence<UInt8>) throws(MetricRequestError) -> MetricRequest {
        let members: [(name: String, value: JSONValue)]
        do throws(JSONError) { members = try JSONReader.read(body).members() } catch {
            throw MetricRequestError(.invalidRequest, "the request is not a JSON object: \(error.detail)")
        }
        var fields: [String: JSONValue.Content] = [:]
        for (name, value) in members {
            guard known.contains(name) else {
                let near = NearMiss.find(name, among: known).map { "; did you mean \($0)?" } ?? ""
                throw MetricRequestError(
                    .invalidRequest, "unknown member \(JSONText.quoted(String(name.prefix(64))))\(near)")
            }
            if case .null = value.content { continue }
            fields[name] = value.content
        }
        return try MetricRequest(
            names(fields), isList: fields["metric"] == nil, days: days(fields["days"]),
            grouping: grouping(fields["group_by"]))
    }

    private static let known = ["metric", "metrics", "days", "group_by"]

    private static func names(_ fields: [String: JSONValue.Content]) throws(MetricRequestError) -> [String]? {
        switch (fields["metric"], fields["metrics"]) {
        case (.string(let name)?, nil): return [name]
        case (nil, .string("all")?): return nil
        case (nil, .array(let values)?) where !values.isEmpty:
            var names: [String] = []
            for value in values {
                guard case .string(let name) = value.content else {
                    throw MetricRequestError(.invalidRequest, "metrics holds \(value.shown), not only names")
                }
                names.append(name)
            }
            guard names.count <= MetricCatalogue.all.count else {
                throw MetricRequestError(
                    .invalidRequest, "metrics holds \(names.count) names; there are only \(MetricCatalogue.all.count)")
            }
            return names
        case (_?, _?): throw MetricRequestError(.invalidRequest, "metric and metrics are both there; one is enough")
        case (nil, nil): throw MetricRequestError(.invalidRequest, "metric or metrics is missing")
        case (_?, nil): throw MetricRequestError(.invalidRequest, "metric is not a string")
        case (nil, _?): throw MetricRequestError(.invalidRequest, #"metrics is neither a list of names nor "all""#)
        }
    }

    private static func days(_ value: JSONValue.Content?) throws(MetricRequestError) -> Int {
        switch value {
        case .number(let number)?:
            guard let days = Int(exactly: number) else {
                throw MetricRequestError(.invalidDays, "days is \(number), not a whole number")
            }
            return days
        case nil: throw MetricRequestError(.invalidDays, "days is missing")
        default: throw MetricRequestError(.invalidDays, "days is not a number")
        }
    }

    private static func grouping(_ value: JSONValue.Content?) throws(MetricRequestError) -> String? {
        switch value {
        case nil: return nil
        case .string(let text)?: return text
        default: throw MetricRequestError(.unsupportedGroupBy, "group_by is not a string")
        }
    }
}

/// Why a request is refused.
package struct MetricRequestError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case unknownMetric = "unknown_metric"
        case invalidRequest = "invalid_request"
        case invalidDays = "invalid_days"
        case unsupportedGroupBy = "unsupported_group_by"
    }

    package let code: Code
    package let message: String
    package var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(unknown name: String) {
        let near = NearMiss.find(name, among: MetricCatalogue.names).map { "; did you mean \($0)?" } ?? ""
        self.init(.unknownMetric, "there is no metric \(JSONText.quoted(String(name.prefix(64))))\(near)")
    }

    /// The document that answers the request instead of a result.
    package var json: String {
        "{\"error\":{\"code\":\"\(code.rawValue)\",\"message\":\(JSONText.quoted(message))}}"
    }
}
