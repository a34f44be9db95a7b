package import Events

/// Reads what was stored and what was refused, beside running writers and without holding them up. Belongs to the thread that opened it.
package protocol StoreReader: AnyObject {
    /// What an operator has to see coming; cheap, whatever the size of the store.
    @available(*, noasync)
    func figures() throws(StoreError) -> StoreFigures

    /// What was received since the store was made, and what became of it.
    @available(*, noasync)
    func balance() throws(StoreError) -> BalanceReport

    /// Looks an event up by its id. `occurredAt` makes it instant; without it, all events may be searched through.
    @available(*, noasync)
    func find(eventID: String, occurredAt: Timestamp?) throws(StoreError) -> WhereReport

    /// Calls `body` for each message the filter lets through, in its order; some at a time, so that any number fits in memory, and `body`
    /// may take as long as it likes.
    @available(*, noasync)
    func forEachQuarantined(_ filter: QuarantineFilter, _ body: (QuarantineEntry) throws -> Void) throws

    /// Rebuilds quarantined messages as deliveries, with the properties that decide identity and time, so that they can be decided anew.
    ///
    /// Calls `body` with batches of at most `batchSize` and the quarantine ids of their deliveries.
    @available(*, noasync)
    func forEachQuarantinedBatch(
        _ filter: QuarantineFilter, batchSize: Int, _ body: (DeliveryBatch, [Int64]) throws -> Void
    ) throws

    /// How many messages the filter lets through, whatever its limit.
    @available(*, noasync)
    func quarantineCount(_ filter: QuarantineFilter) throws(StoreError) -> Int64

    /// How many unresolved messages there are by reason, most first.
    @available(*, noasync)
    func quarantineCounts() throws(StoreError) -> [(reason: String, count: Int64)]
}
