/// An answer owed to a message that set `reply_to`: sent after the message is durable, before it is acknowledged.
package struct Receipt: Sendable, Equatable {
    package var ticket: Ticket
    package var replyTo: ShortText
    package var correlationID: ShortText?
    /// JSON.
    package var document: String

    /// The delivery that waits for this receipt: a tag, and the connection it belongs to.
    package struct Ticket: Sendable, Equatable {
        package var epoch: Int
        package var tag: UInt64

        package init(epoch: Int, tag: UInt64) {
            self.epoch = epoch
            self.tag = tag
        }
    }

    package init(ticket: Ticket, replyTo: ShortText, correlationID: ShortText?, document: String) {
        self.ticket = ticket
        self.replyTo = replyTo
        self.correlationID = correlationID
        self.document = document
    }
}

/// Sends receipts on a connection of its own. Called by the receive thread; never blocks.
package protocol ReceiptSender: Sendable {
    func send(_ receipts: [Receipt])
    /// Whose receipts are no longer owed, since the last call: the broker has them, or they were given up.
    func takeSettled() -> [Receipt.Ticket]
}
