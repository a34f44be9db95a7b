internal import Events
internal import Store

/// Keeps a flood of bad messages from filling the log: the first are said at once, the others once a period, with their reasons.
///
/// The numbers of all lines together are those of the store.
struct QuarantineSummary {
    static let period = Duration.seconds(60)

    struct Notice: Equatable {
        var messages: Int
        /// `not_json 3, out_of_range 1`
        var reasons: String
    }

    private var counts: [String: Int] = [:]
    private var saidAt: ContinuousClock.Instant?

    mutating func add(_ reasons: [String: Int]) {
        counts.merge(reasons, uniquingKeysWith: +)
    }

    /// Counts what was quarantined of a batch, by the reason of each.
    mutating func add(_ batch: DeliveryBatch, _ result: BatchResult) {
        guard result.quarantined > 0 else { return }
        for (index, outcome) in result.outcomes.enumerated() where outcome == .quarantined {
            if let reason = result.refusal(of: index, in: batch)?.reason { counts[reason.rawValue, default: 0] += 1 }
        }
    }

    /// What is to be said now, if anything.
    mutating func takeDue(now: @autoclosure () -> ContinuousClock.Instant = .now) -> Notice? {
        guard !counts.isEmpty else { return nil }
        let now = now()
        if let saidAt, now - saidAt < Self.period { return nil }
        saidAt = now
        return takeAll()
    }

    /// What is left to say at the end.
    mutating func takeAll() -> Notice? {
        guard !counts.isEmpty else { return nil }
        defer { counts.removeAll(keepingCapacity: true) }
        return Notice(
            messages: counts.values.reduce(0, +),
            reasons: counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
    }
}
