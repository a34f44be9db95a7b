package import Events

/// What a replay makes (or would make) of one quarantined message.
package enum ReplayOutcome: Sendable, Equatable {
    case stored
    /// Its event had been stored before; nothing is stored again.
    case duplicate
    /// Today's checks refuse it as well; it stays in quarantine.
    case refused([Rejection], of: Int)
    /// Somebody replayed or discarded it in the meantime.
    case resolvedBefore
    /// Its queue is none that this version knows; it stays in quarantine.
    case unknownQueue(String)
}
