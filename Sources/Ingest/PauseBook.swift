internal import Store

/// Why nothing is being taken in or stored for the moment, although the daemon works; one word for logs and metrics.
package struct PauseCause: Sendable, Hashable {
    package var word: String

    package init(_ word: String) { self.word = word }

    /// The broker is away: not reached, or lost and not found again.
    package static let broker = PauseCause("broker")
    /// Another daemon consumes exclusively; this one takes over when it ends.
    package static let standby = PauseCause("standby")
    /// What waiting can cure at the store, by the words of ``StoreError/cause``.
    package static let store: [PauseCause] = [
        StoreError.Kind.busy, .diskFull, .diskLow, .walReader, .readOnly, .inputOutput,
    ].map { PauseCause(StoreError($0, doing: "", why: "").cause) }
}

/// How long the ingest has been paused, by cause. Two causes can hold at the same time, each counts for itself.
struct PauseBook {
    private var ended: [PauseCause: UInt64] = [:]
    private var began: [PauseCause: UInt64] = [:]

    /// Times are nanoseconds of the monotonic clock.
    mutating func begin(_ cause: PauseCause, at now: UInt64) {
        if began[cause] == nil { began[cause] = now }
    }

    mutating func end(_ cause: PauseCause, at now: UInt64) {
        if let start = began.removeValue(forKey: cause) { ended[cause, default: 0] += now - min(start, now) }
    }

    /// Causes that hold now, in the order of their words.
    var current: [PauseCause] { began.keys.sorted { $0.word < $1.word } }

    /// Of every cause that has occurred, what lasts counted up to `now`.
    func seconds(at now: UInt64) -> [PauseCause: Double] {
        var total = ended
        for (cause, start) in began { total[cause, default: 0] += now - min(start, now) }
        return total.mapValues { Double($0) / 1e9 }
    }
}
