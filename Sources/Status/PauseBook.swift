/// How long the ingest has been paused, by cause. Two causes can hold at the same time, each counts for itself.
struct PauseBook {
    private var ended: [PauseCause: UInt64] = [:]
    private var began: [PauseCause: UInt64] = [:]

    /// Times are nanoseconds of the monotonic clock.
    /// Returns whether it had not begun.
    @discardableResult mutating func begin(_ cause: PauseCause, at now: UInt64) -> Bool {
        guard began[cause] == nil else { return false }
        began[cause] = now
        return true
    }

    /// Returns how long it was, in seconds; nil where there was none.
    @discardableResult mutating func end(_ cause: PauseCause, at now: UInt64) -> Double? {
        guard let start = began.removeValue(forKey: cause) else { return nil }
        let length = now - min(start, now)
        ended[cause, default: 0] += length
        return Double(length) / 1e9
    }

    /// Whether the store is the cause of one that holds now.
    var isOfStore: Bool { began.keys.contains { $0 != .broker && $0 != .standby } }

    /// Causes that hold now, in the order of their words.
    var current: [PauseCause] { began.keys.sorted { $0.word < $1.word } }

    /// Of every cause that has occurred, what lasts counted up to `now`.
    func seconds(at now: UInt64) -> [PauseCause: Double] {
        var total = ended
        for (cause, start) in began { total[cause, default: 0] += now - min(start, now) }
        return total.mapValues { Double($0) / 1e9 }
    }
}
