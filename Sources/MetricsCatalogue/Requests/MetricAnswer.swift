package import Events
internal import JSON
package import Rollups
package import Store

/// One metric over one window, as it stands in one state of the store.
package struct MetricAnswer: Sendable {
    /// A result over a part of the window, or over the one before.
    package struct Part: Sendable {
        package let window: MetricWindow
        /// Whether the hour, day, week or month that it belongs to goes on.
        package let isPartial: Bool
        /// Whether the window begins after what it belongs to began.
        package var isCut = false
        package let result: MetricValue
    }

    package let definition: MetricDefinition
    package let window: MetricWindow
    /// What the result is split by; empty where it is not.
    package let dimensions: [FactDimension]
    package let filter: FactFilter
    package var dimensionNames: [String] { dimensions.map(\.name) }
    /// What the filter lets through, in words.
    package var filterTexts: [String] {
        filter.conditions.map { "\($0.dimension.name) \($0.values.joined(separator: " or "))" }
    }
    package let asOf: Timestamp
    /// Which store it is from, and what it knew.
    package let state: MetricState
    package let result: MetricValue
    package var series: MetricSeries?
    package var previous: Part?

    /// The document that <doc:Metrics> shows; with a revision where it is published, and `isUnchanged` where it was published before.
    package func json(revision: Int64? = nil, isUnchanged: Bool = false) -> String {
        var json = JSONText()
        json.object { json in
            json.member("metric", definition.name)
            json.object("definition") { json in
                json.member("version", definition.version)
                json.member("text", definition.text)
            }
            if let revision { json.member("revision", revision) }
            if isUnchanged { json.member("unchanged", true) }
            json.object("store") { $0.member("id", state.storeID) }
            json.object("window") { json in
                if let days = window.days { json.member("days", days) }
                Self.write(window, to: &json)
            }
            write(to: &json, grouping: dimensions)
            write(to: &json, filter)
            json.member("as_of", RFC3339.text(asOf))
            json.member("stored_until", state.storedUntil.map { RFC3339.text($0) })
            json.object("completeness") { json in
                json.member("backlog", state.backlog(of: definition.queues))
                json.member("quarantined", state.quarantined(of: definition.queues))
            }
            result.write(to: &json, as: "result")
            if let series {
                json.member("interval", series.interval.rawValue)
                json.member("time_zone", series.zone)
                json.array("series") { json in
                    for part in series.parts { json.object { Self.write(part, marked: true, to: &$0) } }
                }
            }
            if let previous { json.object("previous") { Self.write(previous, marked: false, to: &$0) } }
        }
        return json.text
    }

    private func write(to json: inout JSONText, grouping dimensions: [FactDimension]) {
        if dimensions.count == 1 { json.member("group_by", dimensions[0].name) }
        if dimensions.count > 1 {
            json.array("group_by") { json in for dimension in dimensions { json.string(dimension.name) } }
        }
    }

    private func write(to json: inout JSONText, _ filter: FactFilter) {
        guard !filter.isEmpty else { return }
        json.object("filter") { json in
            for condition in filter.conditions {
                json.array(condition.dimension.name) { json in for value in condition.values { json.string(value) } }
            }
        }
    }

    private static func write(_ window: MetricWindow, to json: inout JSONText) {
        json.member("from", RFC3339.text(window.from))
        json.member("to", RFC3339.text(window.to))
    }

    private static func write(_ part: Part, marked: Bool, to json: inout JSONText) {
        write(part.window, to: &json)
        if marked { json.member("partial", part.isPartial) }
        part.result.write(to: &json, as: "result")
    }
}

/// The results of a window's parts.
package struct MetricSeries: Sendable {
    package let interval: MetricInterval
    /// The name of the time zone.
    package let zone: String
    package let parts: [MetricAnswer.Part]

    /// Without a first part that began before the window: the days of 30 days, and not 31 of them.
    package var withoutCut: MetricSeries {
        MetricSeries(interval: interval, zone: zone, parts: Array(parts.drop { $0.isCut }))
    }
}

/// Which store a result is from, and what it knew.
package struct MetricState: Sendable {
    package let storeID: String
    /// What had arrived until then is counted; nil where the store does not say.
    package let storedUntil: Timestamp?
    /// Messages that wait at the broker; nil where it is not known.
    private let backlogs: [IngestQueue: Int]?
    /// Messages quarantined in the window.
    private let quarantined: [IngestQueue: Int64]

    package init(
        storeID: String, storedUntil: Timestamp?, backlogs: [IngestQueue: Int]?, quarantined: [IngestQueue: Int64]
    ) {
        self.storeID = storeID
        self.storedUntil = storedUntil
        self.backlogs = backlogs
        self.quarantined = quarantined
    }

    package func backlog(of queues: [IngestQueue]) -> Int? {
        guard let backlogs, queues.allSatisfy({ backlogs[$0] != nil }) else { return nil }
        return queues.reduce(0) { $0 + (backlogs[$1] ?? 0) }
    }

    package func quarantined(of queues: [IngestQueue]) -> Int64 { queues.reduce(0) { $0 + (quarantined[$1] ?? 0) } }
}
