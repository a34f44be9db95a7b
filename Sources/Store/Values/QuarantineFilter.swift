package import Events

/// Which quarantined messages are meant.
package struct QuarantineFilter: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        case open
        case replayed
        case discarded
        case all
    }

    /// Nil for any.
    package var ids: [Int64]?
    package var reason: String?
    package var queue: String?
    package var state: State
    /// What the pointer begins with.
    package var pointerPrefix: String?
    /// See ``PointerShape``.
    package var shape: String?
    /// What the sentence of the first error contains, in small or capital letters.
    package var text: String?
    /// What the body names as its version, and the producer as itself; empty: nothing.
    package var version: String?
    package var appID: String?
    /// When they were received, `to` excluded.
    package var from: Timestamp?
    package var to: Timestamp?
    /// A selection that stays what it is: messages that come later have greater ids.
    package var greatestID: Int64?
    /// Those that have this outcome in an operation; of several one.
    package var outcomes: Outcomes?
    package var isNewestFirst: Bool
    package var limit: Int

    package struct Outcomes: Sendable, Equatable {
        package var operation: Int64
        package var words: [OperationOutcome.Word]

        package init(operation: Int64, words: [OperationOutcome.Word]) {
            self.operation = operation
            self.words = words
        }
    }

    package init(
        ids: [Int64]? = nil, reason: String? = nil, queue: String? = nil, state: State = .open,
        isNewestFirst: Bool = false, limit: Int = .max
    ) {
        self.ids = ids
        self.isNewestFirst = isNewestFirst
        self.reason = reason
        self.queue = queue
        self.state = state
        self.limit = limit
    }
}
