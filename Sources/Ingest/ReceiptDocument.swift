internal import AMQP
internal import Alignment
internal import Events
internal import Store

/// The receipts that a committed batch owes.
enum ReceiptDocument {
    /// One for each delivery with `reply_to`, in order.
    static func receipts(for batch: DeliveryBatch, _ result: BatchResult, _ alignment: AlignmentStage, epoch: Int)
        -> [Receipt]
    {
        var receipts: [Receipt] = []
        var warnings: [Int: [Warning]]?
        for (index, delivery) in batch.deliveries.enumerated() {
            guard let replyTo = delivery.properties.replyTo, !replyTo.isEmpty else { continue }
            let all = warnings ?? Dictionary(grouping: batch.warnings, by: \.delivery).mapValues { $0.map(\.warning) }
            warnings = all
            receipts.append(
                Receipt(
                    ticket: Receipt.Ticket(epoch: epoch, tag: delivery.tag), replyTo: ShortText(batch.bytes[replyTo]),
                    correlationID: delivery.properties.correlationID.map { ShortText(batch.bytes[$0]) },
                    document: document(of: index, in: batch, result, alignment, all[index] ?? [])))
        }
        return receipts
    }

    private static func document(
        of index: Int, in batch: DeliveryBatch, _ result: BatchResult, _ alignment: AlignmentStage,
        _ warnings: [Warning]
    ) -> String {
        let outcome = result.outcomes[index]
        var json = JSONText()
        json.object { json in
            json.member("status", outcome.rawValue)
            json.member("event_id", batch.eventID(of: index))
            if case .profiler(let place) = batch.decisions[index] {
                var scratch = AlignmentScratch()
                if let computed = alignment.result(of: batch.profilers[place], in: batch, &scratch) {
                    json.object("alignment") { computed.write(to: &$0) }
                } else {
                    json.member("alignment", json: "null")
                }
            }
            let errors = batch.errors(of: index, result)
            json.member("errors", errors)
            let errorCount = batch.errorCount(of: index, result)
            if errorCount > errors.count { json.member("error_count", errorCount) }
            json.member("warnings", warnings)
            if let leftOut = batch.warningsLeftOut[index] { json.member("warning_count", warnings.count + leftOut) }
        }
        return json.text
    }
}
