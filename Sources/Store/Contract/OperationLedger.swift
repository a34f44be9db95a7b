package import Events

/// Writes the log of operations beside the writer of events; each call is durable on return.
///
/// An operation with quarantined messages that lasts is begun here, does its work in batches with ``EventWriter/replay(_:quarantineIDs:note:by:operation:now:)``
/// and ``EventWriter/discard(_:note:by:operation:now:)``, which note the outcome of each message in the same transaction, and is ended here. One whose
/// process died is unfinished: it goes on behind the last message that has an outcome, in the order of their ids.
package protocol OperationLedger: Sendable {
    /// The number of the operation.
    @available(*, noasync)
    func begin(_ operation: NewOperation, by operator: Operator, now: Timestamp) throws(StoreError) -> Int64

    /// What a dry run found. Messages that have an outcome in this operation are left as they are.
    @available(*, noasync)
    func add(_ outcomes: [OperationOutcome], to operation: Int64) throws(StoreError)

    /// False where it had ended before: that stays.
    @available(*, noasync)
    func end(
        _ operation: Int64, as state: OperationEnd.State, note: String?, by operator: Operator?, now: Timestamp
    ) throws(StoreError) -> Bool
}
