internal import Synchronization

/// The options that the loop works by: given by any thread at any time, taken up by the receive thread between two batches.
package final class LiveOptions: Sendable {
    private let current: Mutex<IngestOptions>
    /// Grows with each change.
    private let version = Atomic<Int>(0)

    init(_ options: IngestOptions) { current = Mutex(options) }

    package var options: IngestOptions { current.withLock { $0 } }

    package func change(to new: IngestOptions) {
        current.withLock { current in
            current = new
            version.add(1, ordering: .releasing)
        }
    }

    /// Something else was taken up than what counts now: asked with every turn of the loop, so without a lock.
    func isNewer(than taken: Int) -> Bool { version.load(ordering: .acquiring) != taken }

    /// The options with the version to ask ``isNewer(than:)`` with.
    func take() -> (options: IngestOptions, version: Int) {
        current.withLock { ($0, version.load(ordering: .relaxed)) }
    }
}
