internal import Events
internal import JSON
package import Rollups
internal import Spelling
package import Store
package import TimeZones

/// What is asked for: some metrics over a window, and how it is cut and compared.
package struct MetricRequest: Sendable {
    /// Parts of a series, whatever the metric: a month of hours, five years of days.
    package static let mostParts = 2000
    /// Parts of all series of a reply together: it must not take the store or the broker for long.
    package static let mostResults = 5000

    package let metrics: [MetricDefinition]
    /// Whether the reply is a list although it may hold only one.
    package let isList: Bool
    package let span: MetricSpan
    package let interval: MetricInterval?
    /// By whose clocks the window is cut.
    package let zone: TimeZone
    /// Which other window is there, too.
    package let comparison: MetricComparison?
    /// One or two to split by, or none.
    package let dimensions: [FactDimension]
    package let filter: FactFilter

    package init(
        _ names: [String]?, isList: Bool = true, span: MetricSpan, interval: MetricInterval? = nil,
        zone: TimeZone = .utc, comparison: MetricComparison? = nil, dimensions: [FactDimension] = [],
        filter: FactFilter = FactFilter(), declared: [String] = []
    ) throws(MetricRequestError) {
        var metrics: [MetricDefinition] = []
        for name in names ?? MetricCatalogue.names {
            guard let definition = MetricCatalogue.definition(named: name) else {
                throw MetricRequestError(unknown: name)
            }
            metrics.append(definition)
        }
        self.metrics = try Self.supported(metrics, isAll: names == nil, dimensions, filter, declared: declared)
        self.isList = isList
        self.span = span
        self.interval = interval
        self.zone = zone
        self.comparison = comparison
        self.dimensions = dimensions
        self.filter = filter
        try checkSize()
    }

    /// Over the last `days` days.
    package init(
        _ names: [String]?, isList: Bool = true, days: Int, dimensions: [FactDimension] = [],
        filter: FactFilter = FactFilter()
    ) throws(MetricRequestError) {
        let span = try MetricSpan(days: days, from: nil, to: nil, in: .utc)
        try self.init(names, isList: isList, span: span, dimensions: dimensions, filter: filter)
    }

    private func checkSize() throws(MetricRequestError) {
        guard let interval else { return }
        let limit = min(Self.mostParts, Self.mostResults / metrics.count)
        guard interval.parts(of: span.window(at: 0), in: zone, atMost: limit) == nil else { return }
        let of = metrics.count == 1 ? "" : " for \(metrics.count) metrics"
        throw MetricRequestError(
            .invalidWindow,
            "this window has more than \(limit) parts of one \(interval.rawValue), the most that are given\(of); "
                + "ask for a shorter window or a longer interval")
    }

    /// Reads a request as it comes over AMQP. `declared` are the dimensions that the settings declare.
    package static func parse(_ body: some Sequence<UInt8>, declared: [String] = []) throws(MetricRequestError)
        -> MetricRequest
    {
        let members: [(name: String, value: JSONValue)]
        do throws(JSONError) { members = try JSONReader.read(body).members() } catch {
            throw MetricRequestError(.invalidRequest, "the request is not a JSON object: \(error.detail)")
        }
        var fields: [String: JSONValue.Content] = [:]
        for (name, value) in members {
            guard known.contains(name) else {
                let near = NearMiss.find(name, among: known).map { "; did you mean \($0)?" } ?? ""
                throw MetricRequestError(
                    .invalidRequest, "unknown member \(MetricRequestError.quoted(name))\(near)")
            }
            if case .null = value.content { continue }
            fields[name] = value.content
        }
        let names = try names(fields)
        let zone = try zone(named: text(fields["time_zone"], named: "time_zone", .invalidWindow))
        let span = try MetricSpan(
            days: days(fields["days"]), from: text(fields["from"], named: "from", .invalidWindow),
            to: text(fields["to"], named: "to", .invalidWindow), in: zone)
        return try MetricRequest(
            names, isList: fields["metric"] == nil, span: span,
            interval: interval(text(fields["interval"], named: "interval", .invalidWindow)), zone: zone,
            comparison: comparison(text(fields["compare"], named: "compare", .invalidWindow)),
            dimensions: dimensions(fields["group_by"], declared: declared),
            filter: filter(fields["filter"], declared: declared), declared: declared)
    }

    private static let known = [
        "metric", "metrics", "days", "from", "to", "interval", "time_zone", "compare", "group_by", "filter",
    ]

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

    private static func days(_ value: JSONValue.Content?) throws(MetricRequestError) -> Int? {
        switch value {
        case .number(let number)?:
            guard let days = Int(exactly: number) else {
                throw MetricRequestError(.invalidDays, "days is \(number), not a whole number")
            }
            return days
        case nil: return nil
        default: throw MetricRequestError(.invalidDays, "days is not a number")
        }
    }

    private static func text(_ value: JSONValue.Content?, named name: String, _ code: MetricRequestError.Code)
        throws(MetricRequestError) -> String?
    {
        switch value {
        case nil: return nil
        case .string(let text)?: return text
        default: throw MetricRequestError(code, "\(name) is not a string")
        }
    }
}
