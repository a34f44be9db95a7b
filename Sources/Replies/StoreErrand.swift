internal import AMQP
internal import Store
internal import Synchronization

/// One use of the store, on a thread of its own that ends with it.
final class StoreErrand<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, StoreError>?>(nil)

    /// Nil while it goes on.
    var result: Result<Value, StoreError>? { outcome.withLock { $0 } }

    static func start(
        _ ledger: PublicationLedger, _ body: @escaping @Sendable (PublicationLedger) throws(StoreError) -> Value
    ) throws(AMQPError) -> StoreErrand {
        let errand = StoreErrand()
        _ = try DedicatedThread.start(named: "ledger", stackBytes: 1 << 20) {
            let result = Result { () throws(StoreError) in try body(ledger) }
            errand.outcome.withLock { $0 = result }
        }
        return errand
    }
}
