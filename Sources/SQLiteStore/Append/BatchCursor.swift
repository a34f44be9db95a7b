internal import Events

/// Walks along a batch's side lists, which are in the order of the deliveries, while the deliveries are written.
struct BatchCursor {
    private var nextWarning = 0
    private var nextAlignment = 0

    init() {}

    /// Starts in the middle.
    init(at delivery: Int, of batch: DeliveryBatch) {
        nextWarning = batch.warnings.firstIndex { $0.delivery >= delivery } ?? batch.warnings.count
        nextAlignment = batch.alignments.firstIndex { $0.delivery >= delivery } ?? batch.alignments.count
    }

    mutating func warnings(of delivery: Int, in batch: DeliveryBatch) -> ArraySlice<(delivery: Int, warning: Warning)> {
        while nextWarning < batch.warnings.count, batch.warnings[nextWarning].delivery < delivery { nextWarning += 1 }
        let first = nextWarning
        while nextWarning < batch.warnings.count, batch.warnings[nextWarning].delivery == delivery { nextWarning += 1 }
        return batch.warnings[first..<nextWarning]
    }

    mutating func alignments(of delivery: Int, in batch: DeliveryBatch) -> ArraySlice<TrackAlignment> {
        while nextAlignment < batch.alignments.count, batch.alignments[nextAlignment].delivery < delivery {
            nextAlignment += 1
        }
        let first = nextAlignment
        while nextAlignment < batch.alignments.count, batch.alignments[nextAlignment].delivery == delivery {
            nextAlignment += 1
        }
        return batch.alignments[first..<nextAlignment]
    }
}
