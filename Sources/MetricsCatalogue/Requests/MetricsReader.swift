package import Events
internal import Rollups
package import Store
internal import TimeZones

/// Computes metrics from a store, on a connection of its own that cannot write. Belongs to the thread that opened it.
package final class MetricsReader {
    let rollups: RollupReader

    @available(*, noasync)
    package init(_ store: any EventStore) throws(StoreError) { rollups = RollupReader(try store.rollups()) }

    /// Everything asked for, from one state of the store; `now` ends the window where that is so many days. `backlogs` are the messages that
    /// wait at the broker, where that is known. With a `deadline` it throws where that passes between two parts of the work.
    @available(*, noasync)
    package func answers(
        to request: MetricRequest, now: Timestamp, backlogs: [IngestQueue: Int]?,
        deadline: ContinuousClock.Instant? = nil
    ) throws(StoreError) -> [MetricAnswer] {
        let window = request.span.window(at: now)
        let parts = request.interval?.parts(of: window, in: request.zone, atMost: .max)
        return try rollups.snapshot { rollups throws(StoreError) in
            let quarantined = try Self.quarantined(in: window, rollups)
            let state = MetricState(
                storeID: rollups.state.storeID, storedUntil: rollups.state.storedUntil, backlogs: backlogs,
                quarantined: quarantined)
            var answers: [MetricAnswer] = []
            for definition in request.metrics {
                let isGrouped = definition.canBeGrouped(by: request.dimensions, where: request.filter)
                let dimensions = isGrouped ? request.dimensions : []
                func result(_ window: MetricWindow) throws(StoreError) -> MetricValue {
                    if let deadline, ContinuousClock.now > deadline { throw Self.tooSlow }
                    return try definition.result(over: window, by: dimensions, where: request.filter, rollups)
                }
                var answer = MetricAnswer(
                    definition: definition, window: window, dimensions: dimensions, filter: request.filter, asOf: now,
                    state: state, result: try result(window))
                if let interval = request.interval, let parts {
                    var results: [MetricAnswer.Part] = []
                    for part in parts {
                        results.append(
                            MetricAnswer.Part(
                                window: part.window, isPartial: part.end > now, result: try result(part.window)))
                    }
                    if let first = results.first, !interval.begins(at: first.window.from, in: request.zone) {
                        results[0].isCut = true
                    }
                    answer.series = MetricSeries(interval: interval, zone: request.zone.name, parts: results)
                }
                if let before = request.comparison?.window(before: window) {
                    answer.previous = MetricAnswer.Part(window: before, isPartial: false, result: try result(before))
                }
                answers.append(answer)
            }
            return answers
        }
    }

    /// How many messages that came in the window went to quarantine: `completeness` of an answer, of all queues.
    @available(*, noasync)
    package func quarantined(in window: MetricWindow) throws(StoreError) -> Int64 {
        try rollups.snapshot { rollups throws(StoreError) in
            try Self.quarantined(in: window, rollups).values.reduce(0, +)
        }
    }

    private static func quarantined(in window: MetricWindow, _ rollups: RollupReader) throws(StoreError)
        -> [IngestQueue: Int64]
    {
        let deliveries = try rollups.sums(.deliveries, from: window.from, to: window.to)
        var quarantined: [IngestQueue: Int64] = [:]
        for queue in IngestQueue.allCases {
            quarantined[queue] = deliveries.value(Int(queue.rawValue), DeliveryItem.quarantined)
        }
        return quarantined
    }

    private static let tooSlow = StoreError(
        .other, doing: "compute this in time",
        why: "a shorter window, a longer interval or fewer groups take less")

    /// The reply document to a request.
    @available(*, noasync)
    package func reply(
        to request: MetricRequest, now: Timestamp, backlogs: [IngestQueue: Int]?,
        deadline: ContinuousClock.Instant? = nil
    ) throws(StoreError) -> String {
        let documents = try answers(to: request, now: now, backlogs: backlogs, deadline: deadline).map { $0.json() }
        return request.isList ? "{\"metrics\":[\(documents.joined(separator: ","))]}" : documents[0]
    }
}
