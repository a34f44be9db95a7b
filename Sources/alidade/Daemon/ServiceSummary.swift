internal import Status

/// The line that `systemctl status` shows: rates over the last while and the backlog, or why nothing goes on.
struct ServiceSummary {
    private struct Sample {
        var at: ContinuousClock.Instant
        var stored: Int
        var quarantined: Int
    }

    private static let storedWindow = Duration.seconds(10)
    private static let quarantinedWindow = Duration.seconds(60)

    /// Oldest first; the first is as old as the longest window, once there are such.
    private var samples: [Sample] = []

    /// "stored 1234/s, 0 quarantined/min, 17 waiting at the broker", "paused: the disk is full" or "connection refused at HOST:PORT".
    mutating func text(
        _ snapshot: IngestSnapshot, backlog: Int?, troubles: [String] = [], at now: ContinuousClock.Instant
    ) -> String {
        let tally = snapshot.tally
        samples.append(Sample(at: now, stored: tally.stored, quarantined: tally.quarantined))
        while samples.count > 2, now - samples[1].at >= Self.quarantinedWindow { samples.removeFirst() }
        guard snapshot.currentPauses.isEmpty else {
            return snapshot.currentPauses.map { cause in
                (cause == .broker ? snapshot.sourceTrouble : nil) ?? cause.sentence
            }.joined(separator: "; ")
        }
        guard snapshot.isStoreOpen else { return "starting: opening the store" }
        guard snapshot.isConsuming else { return "connecting to the broker" }
        guard !snapshot.isStalled else {
            return "the store does not answer: nothing committed for \(Int(snapshot.secondsSinceProgress)) s"
        }
        let stored = rate(\.stored, over: Self.storedWindow, per: .seconds(1), at: now)
        let quarantined = rate(\.quarantined, over: Self.quarantinedWindow, per: .seconds(60), at: now)
        var text = "stored \(stored)/s, \(quarantined) quarantined/min"
        if let backlog { text += ", \(backlog) waiting at the broker" }
        if let first = troubles.first {
            text += "; \(first)" + (troubles.count > 1 ? " (and \(troubles.count - 1) more)" : "")
        }
        return text
    }

    /// By how much `count` has grown per `unit` since the newest sample that is as old as `window`, or the oldest there is.
    ///
    /// Less time than a unit counts as one: a bad message in the first second is one a minute, not sixty.
    private func rate(
        _ count: KeyPath<Sample, Int>, over window: Duration, per unit: Duration, at now: ContinuousClock.Instant
    ) -> Int {
        guard let last = samples.last, let first = samples.last(where: { now - $0.at >= window }) ?? samples.first
        else { return 0 }
        let units = max(1, (now - first.at) / unit)
        return Int((Double(last[keyPath: count] - first[keyPath: count]) / units).rounded())
    }
}

extension IngestSnapshot {
    /// There is work, no known reason to wait, and nothing has been committed for half a minute.
    var isStalled: Bool {
        isStoreOpen && isConsuming && currentPauses.isEmpty && secondsSinceProgress > Self.stalledAfter
    }
}

extension PauseCause {
    /// For people; the word itself where there is no better one.
    fileprivate var sentence: String {
        switch word {
        case "broker": "waiting for the broker"
        case "standby": "standby: another daemon consumes the queues"
        case "disk_full": "paused: the disk is full"
        case "disk_low": "paused: the disk is nearly full"
        case "store_locked": "paused: another process has locked the store"
        case "store_read_only": "paused: the store is read-only"
        case "disk_error": "paused: the disk fails"
        case "wal_reader": "paused: a reader of the store keeps its log from being emptied"
        default: "paused: \(word)"
        }
    }
}
