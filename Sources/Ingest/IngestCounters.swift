internal import Synchronization
internal import Store

/// What the loop has done so far; written by the receive thread, read by anybody.
package final class IngestCounters: Sendable {
    private let storedCount = Atomic<Int>(0)
    private let duplicateCount = Atomic<Int>(0)
    private let quarantinedCount = Atomic<Int>(0)
    private let byteCount = Atomic<Int>(0)
    private let batchCount = Atomic<Int>(0)

    package init() {}

    package var stored: Int { storedCount.load(ordering: .relaxed) }
    package var duplicates: Int { duplicateCount.load(ordering: .relaxed) }
    package var quarantined: Int { quarantinedCount.load(ordering: .relaxed) }
    package var received: Int { stored + duplicates + quarantined }
    package var bytes: Int { byteCount.load(ordering: .relaxed) }
    package var batches: Int { batchCount.load(ordering: .relaxed) }

    func count(_ result: BatchResult, bytes: Int) {
        storedCount.add(result.stored, ordering: .relaxed)
        duplicateCount.add(result.duplicates, ordering: .relaxed)
        quarantinedCount.add(result.quarantined, ordering: .relaxed)
        byteCount.add(bytes, ordering: .relaxed)
        batchCount.add(1, ordering: .relaxed)
    }
}
