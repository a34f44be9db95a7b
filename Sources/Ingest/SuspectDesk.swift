internal import Events
internal import Store

/// Sets aside messages that the process died of before, until all their neighbours are safe; then they are handled one by one.
///
/// While a suspect waits, nothing more is read: if it kills the process again, nothing else is in hand.
struct SuspectDesk {
    private let deaths: [UInt64: Int]
    private var aside: [DeliveryBatch] = []
    private var isOneInHand = false

    init(deaths: [UInt64: Int]) { self.deaths = deaths }

    var isEmpty: Bool { aside.isEmpty && !isOneInHand }

    /// Hashes every delivery from `first` on, and moves suspects out of `batch`. Returns their tags, which must be held.
    mutating func setAside(from first: Int, of batch: DeliveryBatch) -> [UInt64] {
        for index in first..<batch.count {
            batch.deliveries[index].bodyHash = FlightRecorder.hash(batch.bytes[batch.deliveries[index].body])
        }
        guard !deaths.isEmpty else { return [] }
        var tags: [UInt64] = []
        for index in (first..<batch.count).reversed() where deaths[batch.deliveries[index].bodyHash] != nil {
            let single = DeliveryBatch()
            single.adopt(batch.deliveries[index], from: batch)
            single.suspect = batch.deliveries[index].bodyHash
            tags.append(batch.deliveries[index].tag)
            aside.append(single)
            batch.deliveries.remove(at: index)
        }
        return tags
    }

    /// The next suspect, alone in its batch; nil while one is in hand or none is waiting.
    mutating func next() -> DeliveryBatch? {
        guard !isOneInHand, let batch = aside.popLast() else { return nil }
        isOneInHand = true
        return batch
    }

    /// The one in hand is durable.
    mutating func settled() { isOneInHand = false }

    /// The connection is gone, or a stop is asked for: they come again.
    mutating func forgetWaiting() { aside.removeAll() }
}
