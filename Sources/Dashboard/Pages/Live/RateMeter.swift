internal import Events
internal import Synchronization
internal import Threads

/// How fast a count grows, over the last minute: it remembers what it was told each time it was asked.
final class RateMeter: Sendable {
    /// Of all messages.
    static let shared = RateMeter()
    private static let queues = IngestQueue.allCases.map { ($0, RateMeter()) }

    static func of(_ queue: IngestQueue) -> RateMeter { queues.first { $0.0 == queue }?.1 ?? shared }

    private static let span: UInt64 = 60_000_000_000
    private let samples = Mutex<[(at: UInt64, count: Int)]>([])

    /// A second; nil until it was asked twice.
    func rate(of count: Int, at now: UInt64 = monotonicClock()) -> Double? {
        return samples.withLock { samples in
            samples.removeAll { $0.at + Self.span < now }
            if samples.last.map({ now - $0.at > 500_000_000 }) ?? true { samples.append((now, count)) }
            guard let first = samples.first, now - first.at > 500_000_000 else { return nil }
            return Double(count - first.count) / (Double(now - first.at) / 1e9)
        }
    }
}
