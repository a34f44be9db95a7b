package import Events

/// What became of a batch, once it is durable.
package struct BatchResult: Sendable {
    /// One for each delivery, in order.
    package var outcomes: [Outcome] = []
    /// Rejections that only the store could find (a second outcome of a signal), by the delivery's index.
    package var refusals: [Int: [Rejection]] = [:]
    /// Warnings that only the store could give (a session of another user), by the delivery's index.
    package var warnings: [Int: [Warning]] = [:]
    /// Alignments of messages that do not say all of their session, by the delivery's index.
    package var alignments: [Int: FoldedAlignment] = [:]
    /// The ids of those that were quarantined, in order.
    package var quarantineIDs: [Int64] = []
    package var stored = 0
    package var duplicates = 0
    package var quarantined = 0

    package init() {}

    package mutating func count(_ outcome: Outcome) {
        outcomes.append(outcome)
        switch outcome {
        case .stored: stored += 1
        case .duplicate: duplicates += 1
        case .quarantined: quarantined += 1
        }
    }

    /// Why the delivery was refused, by the store or by the checks before it; nil where it was not. The reason is told in this one place.
    package func refusal(of index: Int, in batch: DeliveryBatch) -> Refusal? {
        if let errors = refusals[index] { return Refusal(errors) }
        return batch.refusal(of: index)
    }

    package mutating func removeAll() {
        outcomes.removeAll(keepingCapacity: true)
        refusals.removeAll()
        warnings.removeAll()
        alignments.removeAll()
        quarantineIDs.removeAll(keepingCapacity: true)
        stored = 0
        duplicates = 0
        quarantined = 0
    }
}

/// The alignment of a session up to a message, where the message alone would have another one.
package struct FoldedAlignment: Sendable {
    package let row: TrackAlignment
    /// Computed, then reported; NaN for what there is not.
    package let values: [Double]

    package init(row: TrackAlignment, values: [Double]) {
        self.row = row
        self.values = values
    }
}
