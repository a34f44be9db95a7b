internal import Alignment
internal import Events
internal import JSON
internal import Store

/// The receipts that a committed batch owes. They say what the batch says: nothing is decided or scored for them.
enum ReceiptDocument {
    /// One for each delivery with `reply_to`, in order; `model` is the one that the batch was scored by.
    static func receipts(for batch: DeliveryBatch, _ result: BatchResult, _ model: AlignmentModel?, epoch: Int)
        -> [Receipt]
    {
        var receipts: [Receipt] = []
        for (index, delivery) in batch.deliveries.enumerated() {
            guard let replyTo = delivery.properties.replyTo, !replyTo.isEmpty else { continue }
            receipts.append(
                Receipt(
                    ticket: Receipt.Ticket(epoch: epoch, tag: delivery.tag), replyTo: ShortText(batch.bytes[replyTo]),
                    correlationID: delivery.properties.correlationID.map { ShortText(batch.bytes[$0]) },
                    document: document(of: index, in: batch, result, model)))
        }
        return receipts
    }

    private static func document(
        of index: Int, in batch: DeliveryBatch, _ result: BatchResult, _ model: AlignmentModel?
    ) -> String {
        let outcome = result.outcomes[index]
        var json = JSONText()
        json.object { json in
            json.member("status", outcome.rawValue)
            json.member("event_id", batch.eventID(of: index))
            if case .profiler = batch.decisions[index] {
                if let alignment = alignment(of: index, in: batch, result, model) {
                    json.object("alignment") { alignment.write(to: &$0) }
                } else {
                    json.member("alignment", json: "null")
                }
            }
            let refusal = result.refusal(of: index, in: batch)
            let errors = refusal?.errors ?? []
            json.member("errors", errors)
            if let count = refusal?.errorCount, count > errors.count { json.member("error_count", count) }
            let warnings = batch.warnings(of: index) + (result.warnings[index] ?? [])
            json.member("warnings", warnings)
            let leftOut = batch.warningCountLeftOut(of: index)
            if leftOut > 0 { json.member("warning_count", warnings.count + leftOut) }
        }
        return json.text
    }

    /// Nil where nothing was computed.
    private static func alignment(
        of index: Int, in batch: DeliveryBatch, _ result: BatchResult, _ model: AlignmentModel?
    ) -> AlignmentResult? {
        guard let model else { return nil }
        if let folded = result.alignments[index] {
            return AlignmentResult(folded.row, values: folded.values[...], by: model)
        }
        return batch.alignment(of: index).flatMap {
            AlignmentResult($0, values: batch.alignmentValues[$0.values], by: model)
        }
    }
}
