internal import Events

/// How much of what was delivered is not acknowledged yet, and since when; of one channel.
///
/// Kept by chunks of deliveries, not by message: the age is that of the oldest chunk's first.
struct UnacknowledgedWork {
    private var chunks: [(last: UInt64, receivedAt: Timestamp)] = []
    private(set) var lastTag: UInt64 = 0

    /// Deliveries have arrived, the last of them with this tag.
    mutating func arrived(upTo last: UInt64, receivedAt: Timestamp) {
        chunks.append((last, receivedAt))
        lastTag = last
    }

    /// When the oldest chunk arrived in which something is open, given the first tag that is; nil where nothing is.
    mutating func oldest(firstOpen: UInt64) -> Timestamp? {
        if let keep = chunks.firstIndex(where: { $0.last >= firstOpen }) {
            if keep > 0 { chunks.removeFirst(keep) }
        } else {
            chunks.removeAll(keepingCapacity: true)
        }
        return chunks.first?.receivedAt
    }

    mutating func removeAll() {
        chunks.removeAll(keepingCapacity: true)
        lastTag = 0
    }
}
