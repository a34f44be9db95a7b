package import Events
internal import Rollups
package import Store

/// Computes metrics from a store, on a connection of its own that cannot write. Belongs to the thread that opened it.
package final class MetricsReader {
    private let rollups: RollupReader

    @available(*, noasync)
    package init(_ store: any EventStore) throws(StoreError) { rollups = RollupReader(try store.rollups()) }

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
