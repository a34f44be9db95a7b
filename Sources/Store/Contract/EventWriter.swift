package import Events

/// Appends batches, each in one transaction that is durable when the call returns. Belongs to the thread that opened it.
///
/// Several writers, also in other processes, may have one store open. After an error that a retry may cure (``StoreError/isRetriable``) the same
/// call is simply made again: the failed transaction left nothing behind. After ``StoreError/Kind/inputOutput`` the writer must be given up and
/// opened anew first, because it may take for written what is not.
package protocol EventWriter: AnyObject {
    /// Told the fingerprint of each message before it is written, and 0 after the last.
    var willWrite: ((UInt64) -> Void)? { get set }
    /// Told of what an operator should know.
    var onFinding: ((StoreFinding) -> Void)? { get set }

    /// Counts one more death for each message that the last process was handling when it died, and returns all suspects with their deaths.
    @available(*, noasync)
    func recordDeaths(_ hashes: [UInt64], now: Timestamp) throws(StoreError) -> [UInt64: Int]

    /// Takes up other models, whose alignments the batches carry from now on; after an error it is as if it had not been called.
    @available(*, noasync)
    func use(_ models: StoreModels) throws(StoreError)

    /// Stores, counts as duplicate or quarantines every delivery of a decided batch. All of it is durable on return, or nothing happened.
    ///
    /// A delivery whose rows the store refuses is quarantined; the others are not harmed by it.
    @available(*, noasync)
    func append(_ batch: DeliveryBatch) throws(StoreError) -> BatchResult

    /// Stores what is good by now of quarantined messages that were decided anew, and records the resolutions, in one transaction.
    ///
    /// `quarantineIDs` belong to the deliveries of `batch`, in order; so do the outcomes. What was resolved, and by whom, is kept as an operation:
    /// as one of its own, or, of an operation that was begun, as the outcome of each message that has none in it yet.
    @available(*, noasync)
    func replay(
        _ batch: DeliveryBatch, quarantineIDs: [Int64], note: String?, by operator: Operator, operation: Int64?,
        now: Timestamp
    ) throws(StoreError) -> [ReplayOutcome]

    /// A dry run: `body` replays as it likes, in one transaction that is rolled back at the end.
    @available(*, noasync)
    func dryRun(_ body: () throws -> Void) throws

    /// Records that quarantined messages will not be replayed: all of them, or where one does not exist none. Those that were resolved before
    /// stay as they are. What was discarded, and by whom, is kept as an operation, as by a replay.
    @available(*, noasync)
    func discard(_ ids: [Int64], note: String, by operator: Operator, operation: Int64?, now: Timestamp)
        throws(StoreError) -> [DiscardOutcome]

    /// The same for all that are unresolved and have this reason; how many.
    @available(*, noasync)
    func discard(reason: String, note: String, by operator: Operator, now: Timestamp) throws(StoreError) -> Int64

    /// Called last, where a process ends in order: whoever copies the files of a stopped daemon has all of it.
    @available(*, noasync)
    func finish()
}

extension EventWriter {
    @available(*, noasync)
    package func replay(
        _ batch: DeliveryBatch, quarantineIDs: [Int64], note: String?, by operator: Operator, now: Timestamp
    ) throws(StoreError) -> [ReplayOutcome] {
        try replay(batch, quarantineIDs: quarantineIDs, note: note, by: `operator`, operation: nil, now: now)
    }

    @available(*, noasync)
    package func discard(_ ids: [Int64], note: String, by operator: Operator, now: Timestamp) throws(StoreError)
        -> [DiscardOutcome]
    {
        try discard(ids, note: note, by: `operator`, operation: nil, now: now)
    }
}
