internal import Events

/// Sets aside messages that the process died of before, until all their neighbours are safe; then they are handled one by one.
///
/// While a suspect waits, nothing more is read: if it kills the process again, nothing else is in hand.
struct SuspectDesk {
    private let deaths: [UInt64: Int]
    private var aside: [DeliveryBatch] = []
    private var isOneInHand = false

    init(deaths: [UInt64: Int]) { self.deaths = deaths }

    var isEmpty: Bool { aside.isEmpty && !isOneInHand }

    /// Takes the fingerprint of every delivery from `first` on, and moves suspects out of `batch`. Returns their tags, which must be held.
    ///
    /// A large message has its fingerprint already, and comes alone in any case.
    mutating func setAside(from first: Int, of batch: DeliveryBatch) -> [UInt64] {
        for index in first..<batch.count where batch.deliveries[index].fingerprint == 0 {
            batch.deliveries[index].fingerprint = Fingerprint.of(batch.bytes[batch.deliveries[index].body])
        }
        guard !deaths.isEmpty, batch.arrival == nil else { return [] }
        var tags: [UInt64] = []
        for index in (first..<batch.count).reversed() where deaths[batch.deliveries[index].fingerprint] != nil {
            let single = DeliveryBatch()
            single.adopt(batch.deliveries[index], from: batch)
            single.suspect = batch.deliveries[index].fingerprint
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
    mutating func finished() { isOneInHand = false }

    /// The connection is gone, or a stop is asked for: they come again.
    mutating func forgetWaiting() { aside.removeAll() }
}
