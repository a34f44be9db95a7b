internal import Logging
internal import Status
internal import Store

/// The pause of a thread that waits for the store: from the first trouble that waiting can cure until the store works.
///
/// Each of its causes is said once and counts for itself, however often the store is tried meanwhile.
struct StorePause {
    private let status: IngestStatus
    private let logger: Logger
    /// What is said when it begins.
    private let words: String
    private var trouble: StoreError?

    init(saying words: String, status: IngestStatus, logger: Logger) {
        self.words = words
        self.status = status
        self.logger = logger
    }

    /// The store was tried, and this is why it has to be waited for.
    mutating func goesOn(_ error: StoreError) {
        if let trouble {
            guard !isSame(trouble.kind, error.kind) else { return }
            status.resumed(after: PauseCause(trouble.cause))
        }
        trouble = error
        status.paused(for: PauseCause(error.cause))
        logger.error("\(words)", metadata: ["cause": "\(error.cause)", "error": "\(error)"])
    }

    /// The store works. Costs nothing where nobody has waited.
    mutating func end() {
        guard let trouble else { return }
        self.trouble = nil
        status.resumed(after: PauseCause(trouble.cause))
        logger.notice("resumed", metadata: ["after": "\(trouble.cause)"])
    }

    /// A disk that was full is low until there is more room.
    private func isSame(_ first: StoreError.Kind, _ now: StoreError.Kind) -> Bool {
        first == now || (first == .diskFull && now == .diskLow)
    }
}
