/// How many messages were received since the store was made, and what became of them.
package struct BalanceReport: Sendable, Equatable {
    package var received: Int64
    package var stored: Int64
    package var duplicates: Int64
    package var quarantined: Int64

    package init(received: Int64, stored: Int64, duplicates: Int64, quarantined: Int64) {
        self.received = received
        self.stored = stored
        self.duplicates = duplicates
        self.quarantined = quarantined
    }

    /// Every message that was received became one of the three.
    package var isEven: Bool { received == stored + duplicates + quarantined }
}
