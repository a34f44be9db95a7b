internal import Events
internal import MetricsCatalogue
internal import Store

/// What the page *Live* reads from the store.
struct LiveReport {
    private static let hour: Timestamp = 3_600_000_000

    /// Messages received by queue, in the last 60 minutes.
    var lastHour: [IngestQueue: Int64] = [:]
    var publications: [PublishedAggregate]
    private var storedInLastHour: Int64 = 0
    private var events: Int64

    @available(*, noasync)
    init(_ reader: PageReader, now: Timestamp) throws {
        let store = try reader.reader()
        publications = try store.lastPublications(8)
        events = try store.eventCount()
        let pieces = try store.balance(from: now - Self.hour, to: now, length: Self.hour, deadline: reader.deadline)
        for queue in IngestQueue.allCases {
            for piece in pieces where piece.queue == queue.name {
                lastHour[queue, default: 0] += piece.balance.received
                storedInLastHour += piece.balance.stored
            }
        }
    }

    /// When the disk would be full if events went on to come as in the last hour, each as large as those before.
    func untilFull(_ figures: OperationFigures, _ sizes: [StoreSize]) -> String {
        let whole = sizes.first { $0.name == "store" }?.bytes ?? 0
        guard let free = figures.freeBytes, events > 0, storedInLastHour > 0, whole > 0 else {
            return "not at this rate: nothing was stored in the last hour"
        }
        let hours = free / (whole / Double(events) * Double(storedInLastHour))
        return hours > 24 * 365 * 5
            ? "more than five years, at the rate of the last hour"
            : "\(Words.metric.duration(hours * 3600)), at the rate of the last hour"
    }
}
