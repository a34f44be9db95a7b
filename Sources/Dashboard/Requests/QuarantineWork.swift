package import Store

/// What somebody wants done with quarantined messages: with exactly those of a selection that does not grow.
package struct QuarantineTask: Sendable, Equatable {
    package enum Action: String, Sendable, CaseIterable {
        case dryRun = "dry_run"
        case replay
        case discard

        package var operation: OperationAction {
            switch self {
            case .dryRun: .dryRun
            case .replay: .replay
            case .discard: .discard
            }
        }
    }

    package var action: Action
    package var filter: QuarantineFilter
    /// The same as a query, by which a page finds it again.
    package var selection: String
    package var note: String?
    /// How many messages somebody was shown.
    package var expected: Int64
    package var by: Operator
    /// Of the form: a second use is the same task.
    package var token: String

    package init(
        _ action: Action, _ filter: QuarantineFilter, selection: String, note: String?, expected: Int64, by: Operator,
        token: String
    ) {
        self.action = action
        self.filter = filter
        self.selection = selection
        self.note = note
        self.expected = expected
        self.by = by
        self.token = token
    }
}

/// Does what the staff asks for and keeps what the staff did. The daemon has one; it works on a thread of its own.
package protocol StaffWork: Sendable {
    /// The number of the operation, which has begun and goes on by itself, also after a restart.
    func begin(_ task: QuarantineTask) async throws -> Int64

    /// Why an operation that goes on waits at the moment, as a sentence; nil where it does not.
    func delay(of operation: Int64) -> String?

    /// The operation ends after the messages that are being worked on; where the store cannot be written to, once it can.
    func stop(_ operation: Int64, by operator: Operator) async throws

    /// Keeps what is about to be done; throws where it cannot be kept. Not for an event loop.
    @available(*, noasync)
    func recordNow(_ operation: NewOperation, by operator: Operator) throws

    /// Keeps what was done at once; what cannot be kept is told to the log.
    func record(_ operation: NewOperation, by operator: Operator)
}
