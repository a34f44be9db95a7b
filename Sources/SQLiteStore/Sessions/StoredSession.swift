internal import Events

/// A session's state, or a message of it, as the store has it.
struct StoredSession {
    var state: SessionState
    /// By the model of that number; its values are in the state's batch.
    var alignment: (row: TrackAlignment, model: Int64)?

    /// The state's identity is that of its newest message.
    var occurredAt: Timestamp { state.event.identity.occurredAt }

    /// Takes the alignment with values in `batch`.
    mutating func take(_ other: (row: TrackAlignment, model: Int64)?, from batch: DeliveryBatch) {
        alignment = other
        guard let other else { return }
        let first = state.batch.alignmentValues.count
        state.batch.alignmentValues.append(contentsOf: batch.alignmentValues[other.row.values])
        alignment?.row.values = first..<state.batch.alignmentValues.count
    }

    /// Whether the alignment with values in `batch` is this one.
    func hasSame(_ other: (row: TrackAlignment, model: Int64)?, in batch: DeliveryBatch) -> Bool {
        guard let other, let alignment else { return other == nil && alignment == nil }
        guard alignment.model == other.model, alignment.row.topTrack == other.row.topTrack,
            alignment.row.comparison == other.row.comparison
        else { return false }
        let own = state.batch.alignmentValues[alignment.row.values].map(\.bitPattern)
        return own.elementsEqual(batch.alignmentValues[other.row.values].lazy.map(\.bitPattern))
    }
}
