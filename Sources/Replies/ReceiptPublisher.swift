package import AMQP
package import Events
package import Logging
package import Status
package import Threads

/// Sends receipts, on a connection and a thread of its own.
///
/// A message waits for its receipt before it is acknowledged, but not without end and not many of them: a reply queue that is full, a broker
/// that takes no publications, a user who may not publish cost receipts, and nothing else.
package final class ReceiptPublisher: ReceiptSender {
    private let publisher: OutboxPublisher<Receipt.Ticket>

    /// `options` are asked each time before connecting. Of what the broker hands out at a time, `prefetch`, a quarter at most waits for
    /// receipts that hang.
    package init(
        options: @escaping @Sendable () -> ConnectionOptions, prefetch: @escaping @Sendable () -> Int,
        status: ReplyStatus, logger: Logger
    ) throws(ThreadError) {
        publisher = try OutboxPublisher(
            .receipts, options: options, limits: { .receipts(prefetch: prefetch()) }, status: status, logger: logger)
    }

    package func send(_ receipts: [Receipt]) {
        publisher.add(
            receipts.map { receipt in
                let message = OutgoingMessage(
                    replyTo: receipt.replyTo, correlationID: receipt.correlationID, type: "receipt",
                    document: receipt.document)
                return (message, receipt.ticket)
            })
    }

    package func takeSettled() -> [Receipt.Ticket] { publisher.takeSettled().map(\.ticket) }

    /// Runs until stopped; connects when the first receipt is owed.
    @available(*, noasync)
    package func run(until stop: StopSignal) { publisher.run(until: stop) }
}
