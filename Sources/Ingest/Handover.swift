internal import Events
internal import Glibc
internal import Store
internal import Threads

/// Where a batch changes hands between the receive thread and the commit thread: at most one at a time, one result back.
///
/// `@unchecked Sendable`: everything mutable is read and written under `mutex`.
final class Handover: @unchecked Sendable {
    enum Result {
        case committed(DeliveryBatch, BatchResult)
        /// The store cannot go on; the daemon must stop.
        case failed(StoreError)
    }

    /// Raised when a result is there.
    let wake: WakeUp
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var batch: DecidedBatch?
    private var result: Result?
    private var isClosed = false

    init() throws(ThreadError) {
        wake = try WakeUp()
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        changed.deallocate()
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    // MARK: Receive thread

    func submit(_ batch: DecidedBatch) {
        locked {
            precondition(self.batch == nil, "at most one batch is in flight")
            self.batch = batch
            pthread_cond_signal(changed)
        }
    }

    func takeResult() -> Result? {
        locked {
            guard let result else { return nil }
            self.result = nil
            wake.reset()
            return result
        }
    }

    /// Lets the commit thread end once it has nothing left to do.
    func close() {
        locked {
            isClosed = true
            pthread_cond_broadcast(changed)
        }
    }

    // MARK: Commit thread

    /// Waits for the next batch; nil once closed.
    func nextBatch() -> DecidedBatch? {
        locked {
            while batch == nil, !isClosed { pthread_cond_wait(changed, mutex) }
            defer { batch = nil }
            return batch
        }
    }

    func deliver(_ result: Result) {
        locked { self.result = result }
        wake.signal()
    }

    /// Waits, but not longer than until `close`. Returns false once closed.
    func rest(_ duration: Duration) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let (seconds, attoseconds) = duration.components
        deadline.tv_sec += Int(seconds)
        deadline.tv_nsec += Int(attoseconds / 1_000_000_000)
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        return locked {
            while !isClosed {
                if pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT { return true }
            }
            return false
        }
    }
}

/// A batch on its way to the store, with the models that every message in it was scored by: its alignments mean nothing without them.
struct DecidedBatch {
    let batch: DeliveryBatch
    let alignment: AlignmentStage
    /// ``DeliveryBatch/weight``, for those who may not look into the batch while it is being committed.
    let weight: Int

    init(batch: DeliveryBatch, alignment: AlignmentStage) {
        self.batch = batch
        self.alignment = alignment
        weight = batch.weight
    }
}
