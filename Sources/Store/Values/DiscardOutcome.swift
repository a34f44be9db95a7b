/// What a discard makes of one quarantined message.
package enum DiscardOutcome: Sendable, Equatable {
    case discarded
    /// Somebody had replayed or discarded it: the action.
    case resolvedBefore(String)
}
