package import AMQP
package import Ingest
package import Logging
internal import Synchronization

/// Sends receipts on a connection and a thread of its own, with publisher confirms.
///
/// A broker alarm that blocks publishers therefore holds up receipts and the acknowledgements that wait for them, and nothing else. A receipt
/// whose reply queue is gone counts as delivered: nobody waits for it. After a lost connection everything unconfirmed is sent again.
package final class ReceiptPublisher: ReceiptSender {
    private struct Box {
        var pending: [Receipt] = []
        var delivered: [Receipt.Ticket] = []
    }

    /// Confirms that may be outstanding.
    private static let window = 1000

    private let box = Mutex(Box())
    private let options: @Sendable () -> ConnectionOptions
    private let logger: Logger
    private let wake: WakeUp

    /// `options` are asked each time before connecting.
    package init(options: @escaping @Sendable () -> ConnectionOptions, logger: Logger) throws(AMQPError) {
        wake = try WakeUp()
        self.options = options
        self.logger = logger
    }

    package func send(_ receipts: [Receipt]) {
        box.withLock { $0.pending += receipts }
        wake.signal()
    }

    package func takeDelivered() -> [Receipt.Ticket] {
        box.withLock { box in
            defer { box.delivered.removeAll() }
            return box.delivered
        }
    }

    /// Runs until stopped; connects when the first receipt is owed.
    @available(*, noasync)
    package func run(until stop: StopSignal) {
        var unconfirmed: [UInt64: Receipt] = [:]
        var backoff = Backoff()
        while !stop.isRequested {
            guard !unconfirmed.isEmpty || box.withLock({ !$0.pending.isEmpty }) else {
                pollOnly(milliseconds: 200, wake.descriptor)
                wake.reset()
                continue
            }
            do {
                try publish(&unconfirmed, until: stop) { backoff.reset() }
            } catch {
                logger.warning(
                    "could not send receipts; trying again",
                    metadata: ["error": "\(error)", "owed": "\(unconfirmed.count)"])
                box.withLock {
                    $0.pending.insert(contentsOf: unconfirmed.sorted { $0.key < $1.key }.map(\.value), at: 0)
                }
                unconfirmed.removeAll()
                let end = ContinuousClock.now + backoff.next()
                while !stop.isRequested, ContinuousClock.now < end { pollOnly(milliseconds: 50) }
            }
        }
    }

    private func publish(
        _ unconfirmed: inout [UInt64: Receipt], until stop: StopSignal, onProgress: () -> Void
    ) throws(AMQPError) {
        var connection = try Connection.open(options())
        try connection.enableConfirms()
        var outcomes: [PublishOutcome] = []
        while !stop.isRequested {
            let room = connection.isBlocked ? 0 : Self.window - unconfirmed.count
            let next = box.withLock { box in
                let taken = Array(box.pending.prefix(room))
                box.pending.removeFirst(taken.count)
                return taken
            }
            for (place, receipt) in next.enumerated() {
                do { unconfirmed[try publish(receipt, on: &connection)] = receipt } catch {
                    box.withLock { $0.pending.insert(contentsOf: next[place...], at: 0) }
                    guard connection.isOpen, connection.isBlocked else { throw error }
                    break
                }
            }
            outcomes.removeAll(keepingCapacity: true)
            try connection.takeOutcomes(waitingUpTo: 0, into: &outcomes)
            settle(outcomes, &unconfirmed)
            if !outcomes.isEmpty { onProgress() }
            if next.isEmpty, outcomes.isEmpty {
                _ = try connection.wait(upTo: 200, orReadable: wake.descriptor)
                wake.reset()
            }
        }
        connection.close()
    }

    private func publish(_ receipt: Receipt, on connection: inout Connection) throws(AMQPError) -> UInt64 {
        var properties = PublishProperties()
        properties.correlationID = receipt.correlationID.map { ShortText($0) }
        properties.type = "receipt"
        // RabbitMQ returns mandatory messages to its direct reply-to although it delivers them.
        let isDirect = receipt.replyTo.hasPrefix("amq.rabbitmq.reply-to")
        return try connection.publish(
            receipt.document, exchange: "", routingKey: ShortText(receipt.replyTo), properties: properties,
            mandatory: !isDirect)
    }

    private func settle(_ outcomes: [PublishOutcome], _ unconfirmed: inout [UInt64: Receipt]) {
        var done: [Receipt.Ticket] = []
        var again: [Receipt] = []
        for outcome in outcomes {
            guard let receipt = unconfirmed.removeValue(forKey: outcome.sequence) else { continue }
            switch outcome {
            case .confirmed: done.append(receipt.ticket)
            case .returned:
                logger.debug("nobody waits for a receipt", metadata: ["reply_to": "\(receipt.replyTo)"])
                done.append(receipt.ticket)
            // The reply queue is full and refuses: it exists, so the receipt is still owed.
            case .rejected: again.append(receipt)
            }
        }
        box.withLock { box in
            box.delivered += done
            box.pending += again
        }
    }
}
