package import Events

/// Reads what was stored and what was refused, beside running writers and without holding them up. Belongs to the thread that opened it.
package protocol StoreReader: EventLists, SessionLists, SignalReports, AlignmentReports, QualityReports,
    QuarantineReports, OperationReports, LiveReports
{
    /// What an operator has to see coming; cheap, whatever the size of the store.
    @available(*, noasync)
    func figures() throws(StoreError) -> StoreFigures

    /// What was received since the store was made, and what became of it.
    @available(*, noasync)
    func balance() throws(StoreError) -> BalanceReport

    /// Looks an event up by its id, and its time where that is known.
    @available(*, noasync)
    func find(eventID: String, occurredAt: Timestamp?) throws(StoreError) -> WhereReport

    /// Looks for the id inside the bodies of quarantined messages that go by another one: in the newest `limit`, until `deadline`, and no
    /// further than 20 of them. What was found, the newest first, and how many were looked into.
    @available(*, noasync)
    func findInBodies(eventID: String, limit: Int64, deadline: ContinuousClock.Instant?) throws(StoreError)
        -> (found: [WhereReport.Quarantined], searched: WhereReport.Searched)

    /// Calls `body` for each message the filter lets through, in its order; some at a time, so that any number fits in memory, and `body`
    /// may take as long as it likes.
    @available(*, noasync)
    func forEachQuarantined(_ filter: QuarantineFilter, _ body: (QuarantineEntry) throws -> Void) throws

    /// Rebuilds quarantined messages as deliveries, with the properties that decide identity and time, so that they can be decided anew.
    ///
    /// Calls `body` with batches of at most `batchSize`, and of few bytes, and the quarantine ids of their deliveries; `unplaced` with each
    /// message of a queue that this version does not know.
    @available(*, noasync)
    func forEachQuarantinedBatch(
        _ filter: QuarantineFilter, batchSize: Int, unplaced: (QuarantineEntry) throws -> Void,
        _ body: (DeliveryBatch, [Int64]) throws -> Void
    ) throws

    /// The messages that the filter lets through, whatever its limit, in groups.
    @available(*, noasync)
    func quarantineGroups(_ filter: QuarantineFilter) throws(StoreError) -> QuarantineGroups

    /// The names of the queues whose messages the filter lets through.
    @available(*, noasync)
    func quarantineQueues(_ filter: QuarantineFilter) throws(StoreError) -> [String]

    /// How many messages the filter lets through, whatever its limit.
    @available(*, noasync)
    func quarantineCount(_ filter: QuarantineFilter) throws(StoreError) -> Int64

    /// How many unresolved messages there are by reason, most first.
    @available(*, noasync)
    func quarantineCounts() throws(StoreError) -> [(reason: String, count: Int64)]
}
