package import Events
internal import Threads

/// The last changes of how the ingest is: what an operator asks for first.
struct StateLog {
    /// So many are kept.
    static let capacity = 30

    private(set) var changes: [StateChange] = []

    mutating func note(_ words: String, at time: Timestamp = wallClock()) {
        if changes.count == Self.capacity { changes.removeFirst() }
        changes.append(StateChange(at: time, words: words))
    }
}

/// One change, in a few words.
package struct StateChange: Sendable, Equatable {
    package var at: Timestamp
    package var words: String
}
