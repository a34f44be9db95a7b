package import Events
package import Store

/// What the ingest loop needs to know; from the `ingest` and `privacy` sections of the configuration.
package struct IngestOptions: Sendable {
    /// Messages that are committed together at most.
    package var maximumBatch = 2000
    package var maximumMessageBytes = 262_144
    /// Redeliveries after which a message is not tried again.
    package var deliveryLimit = 10
    package var privacy = PrivacyPolicy.keep
    /// The models that score profiler messages.
    package var alignment = AlignmentStage()
    /// How long a stop may take to finish what is in hand.
    package var stopPatience: Duration = .seconds(4)
    /// Told of each commit, on the commit thread, before anything of it is acknowledged.
    package var onCommit: (@Sendable (BatchResult) -> Void)?

    /// Told once the store is open and the loop is about to begin, whether the source can be reached or not; on the receive thread.
    package var onStarted: (@Sendable () -> Void)?
    /// Told when the source is open and messages may come, each time; on the receive thread.
    package var onConsuming: (@Sendable () -> Void)?
    /// What the process is for, one word: `run` or `ingest`.
    package var purpose = "run"

    package init() {}
}

/// Why the loop ended.
package enum IngestError: Error, Sendable, CustomStringConvertible {
    case source(DeliverySourceError)
    case store(StoreError)

    package var description: String {
        switch self {
        case .source(let error): error.description
        case .store(let error): error.description
        }
    }
}
