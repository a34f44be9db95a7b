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
    package static let store = StoreError.Kind.allCases.map { StoreError($0, doing: "", why: "") }
        .filter(\.isRetriable).map { PauseCause($0.cause) }
}
