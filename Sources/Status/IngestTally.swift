package import Events
internal import Store

/// What has become of the messages since the start, in numbers: a value, so that whoever reads it reads one state.
package struct IngestTally: Sendable, Equatable {
    /// What came out of one queue.
    package struct Queue: Sendable, Equatable {
        package var stored = 0
        package var duplicates = 0
        /// By the first reason of each message.
        package var reasons: [Rejection.Reason: Int] = [:]

        package var quarantined: Int { reasons.values.reduce(0, +) }
        package var received: Int { stored + duplicates + quarantined }
    }

    private var queues = [Queue](repeating: Queue(), count: IngestQueue.tableSize)
    /// Of stored messages.
    package private(set) var warnings: [Warning.Code: Int] = [:]
    /// Stored messages with an alignment by the model that counts.
    package private(set) var scored = 0
    package private(set) var bytes = 0
    package private(set) var batchMessages = Histogram(bounds: [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000,
    ])
    /// From the first statement to the return of the commit, of attempts that worked.
    package private(set) var commitSeconds = Histogram(bounds: [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30,
    ])
    /// Of stored and quarantined messages that say when they were published.
    package private(set) var publishToDurableSeconds = Histogram(bounds: [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 86_400,
    ])

    package subscript(queue: IngestQueue) -> Queue { queues[Int(queue.rawValue)] }

    package var stored: Int { queues.reduce(0) { $0 + $1.stored } }
    package var duplicates: Int { queues.reduce(0) { $0 + $1.duplicates } }
    package var quarantined: Int { queues.reduce(0) { $0 + $1.quarantined } }
    package var received: Int { queues.reduce(0) { $0 + $1.received } }
    package var batches: Int { batchMessages.count }

    /// Counts a batch that is durable since `durableAt`.
    mutating func add(_ batch: DeliveryBatch, _ result: BatchResult, seconds: Double, durableAt: Timestamp) {
        batchMessages.observe(Double(batch.count))
        commitSeconds.observe(seconds)
        // Each access to them from here would cost a reference count for every message.
        let deliveries = batch.deliveries
        let outcomes = result.outcomes
        for index in deliveries.indices {
            let queue = Int(deliveries[index].queue.rawValue)
            bytes += Int(deliveries[index].body.count)
            switch outcomes[index] {
            case .stored: queues[queue].stored += 1
            case .duplicate:
                // Durable since long before: it says nothing about how long that takes.
                queues[queue].duplicates += 1
                continue
            case .quarantined:
                // The store and the decoder refuse nothing without a reason.
                let reason = result.refusal(of: index, in: batch)?.reason ?? .poison
                queues[queue].reasons[reason, default: 0] += 1
            }
            guard let publishedAt = batch.publishedAt(deliveries[index]) else { continue }
            publishToDurableSeconds.observe(Double(max(0, durableAt - publishedAt)) / 1_000_000)
        }
        for (index, warning) in batch.warnings where result.outcomes[index] == .stored {
            warnings[warning.code, default: 0] += 1
        }
        for alignment in batch.alignments
        where !alignment.isShadow && alignment.topTrack != nil && result.outcomes[alignment.delivery] == .stored {
            scored += 1
        }
    }
}
