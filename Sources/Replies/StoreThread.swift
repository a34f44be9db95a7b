internal import AMQP
internal import Store
internal import Synchronization
internal import Threads

/// A thread of its own that uses the store for one who owns a connection, one errand at a time: however long a disk takes, the connection gets
/// its heartbeats.
///
/// It ends with its owner. An errand that hangs is left behind then: it holds nothing that anybody waits for.
final class StoreThread: Sendable {
    private typealias Errand = @Sendable (StoreAccess) -> Void

    /// What the thread and its owner share.
    private final class Counter: Sendable {
        struct Content {
            var errand: Errand?
            var isClosed = false
        }

        let content = Mutex(Content())
        let wake: WakeUp

        init() throws(ThreadError) { wake = try WakeUp() }

        /// Waits for the next errand; nil once the owner has gone.
        func next() -> Errand? {
            while true {
                let (errand, isClosed) = content.withLock { content in
                    defer { content.errand = nil }
                    return (content.errand, content.isClosed)
                }
                if let errand { return errand }
                if isClosed { return nil }
                pollOnly(milliseconds: -1, wake.descriptor)
                wake.reset()
            }
        }
    }

    private let counter: Counter
    /// Readable from the end of an errand until it is reset.
    let done: WakeUp

    /// The one in `known`, which is started where there is none. The name is what `ps` and `top` show.
    static func started(
        _ known: inout StoreThread?, named name: String, _ store: any EventStore
    ) throws(AMQPError) -> StoreThread {
        if let known { return known }
        do throws(ThreadError) {
            let new = try StoreThread(named: name, store)
            known = new
            return new
        } catch { throw AMQPError(error) }
    }

    private init(named name: String, _ store: any EventStore) throws(ThreadError) {
        let counter = try Counter()
        self.counter = counter
        done = try WakeUp()
        _ = try DedicatedThread.start(named: name, stackBytes: 1 << 20) {
            let access = StoreAccess(store)
            while let errand = counter.next() { errand(access) }
        }
    }

    deinit {
        counter.content.withLock { $0.isClosed = true }
        counter.wake.signal()
    }

    /// To be called when the errand before has an outcome, or is of no interest any more: then this one waits for its end.
    func start<Value: Sendable>(
        _ body: @escaping @Sendable (StoreAccess) throws(StoreError) -> Value
    ) -> StoreErrand<Value> {
        let errand = StoreErrand<Value>()
        let done = done
        counter.content.withLock {
            $0.errand = { store in
                let result = Result { () throws(StoreError) in try body(store) }
                errand.outcome.withLock { $0 = result }
                done.signal()
            }
        }
        counter.wake.signal()
        return errand
    }
}

/// One use of the store.
final class StoreErrand<Value: Sendable>: Sendable {
    fileprivate let outcome = Mutex<Result<Value, StoreError>?>(nil)

    /// Nil while it goes on.
    var result: Result<Value, StoreError>? { outcome.withLock { $0 } }
}
