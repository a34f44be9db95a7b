package import Events
package import Store

/// One metric over one window, as it stands in one state of the store.
package struct MetricAnswer: Sendable {
    package let definition: MetricDefinition
    package let window: MetricWindow
    package let grouping: MetricGrouping?
    package let asOf: Timestamp
    /// Messages that wait at the broker; nil where it is not known.
    package let backlog: Int?
    /// Messages quarantined in the window.
    package let quarantined: Int64
    package let result: MetricValue

    /// The document of the contract's section 6; with a revision where it is published.
    package func json(revision: Int64? = nil) -> String {
        var json = JSONText()
        json.object { json in
            json.member("metric", definition.name)
            json.object("definition") { json in
                json.member("version", definition.version)
                json.member("text", definition.text)
            }
            if let revision { json.member("revision", revision) }
            json.object("window") { json in
                json.member("days", window.days)
                json.member("from", RFC3339.text(window.from))
                json.member("to", RFC3339.text(window.to))
            }
            if let grouping { json.member("group_by", grouping.rawValue) }
            json.member("as_of", RFC3339.text(asOf))
            json.object("completeness") { json in
                json.member("backlog", backlog)
                json.member("quarantined", quarantined)
            }
            json.member("result", json: result.json)
        }
        return json.text
    }
}

/// Computes metrics from a store, on a connection of its own that cannot write. Belongs to the thread that opened it.
package final class MetricsReader {
    private let rollups: RollupReader

    @available(*, noasync)
    package init(_ location: StoreLocation) throws(StoreError) { rollups = try RollupReader(location) }

    /// Everything asked for, from one state of the store; `now` ends the window.
    @available(*, noasync)
    package func answers(to request: MetricRequest, now: Timestamp, backlog: Int?) throws(StoreError) -> [MetricAnswer]
    {
        let window = MetricWindow(days: request.days, endingAt: now)
        return try rollups.snapshot { rollups throws(StoreError) in
            let deliveries = try rollups.sums(.deliveries, from: window.from, to: window.to)
            let quarantined = IngestQueue.allCases.reduce(0) {
                $0 + deliveries.value(Int($1.rawValue), DeliveryItem.quarantined)
            }
            var answers: [MetricAnswer] = []
            for definition in request.metrics {
                let grouping = request.grouping.flatMap { definition.groupings.contains($0) ? $0 : nil }
                let query = MetricQuery(reader: rollups, window: window, grouping: grouping)
                answers.append(
                    MetricAnswer(
                        definition: definition, window: window, grouping: grouping, asOf: now, backlog: backlog,
                        quarantined: quarantined, result: try definition.compute(query)))
            }
            return answers
        }
    }

    /// The reply document to a request.
    @available(*, noasync)
    package func reply(to request: MetricRequest, now: Timestamp, backlog: Int?) throws(StoreError) -> String {
        let documents = try answers(to: request, now: now, backlog: backlog).map { $0.json() }
        return request.isList ? "{\"metrics\":[\(documents.joined(separator: ","))]}" : documents[0]
    }
}
