package import Events

/// What somebody does that is kept for good, as `operations` says it; the words are stored.
package enum OperationAction: String, Sendable, CaseIterable {
    case replay
    case discard
    case dryRun = "dry_run"
    case reveal
    case export
    case login
    case loginFailed = "login_failed"
    case logout
}

/// What somebody has begun, or has done at once.
package struct NewOperation: Sendable {
    package var action: OperationAction
    package var note: String?
    /// JSON object.
    package var detail: String
    /// Of an operation that goes on for a while: with how many messages it is about to do something. It lasts until it is ended, over restarts.
    package var expected: Int64?

    package init(_ action: OperationAction, note: String? = nil, detail: String = "{}", expected: Int64? = nil) {
        self.action = action
        self.note = note
        self.detail = detail
        self.expected = expected
    }
}

/// What an operation has made of one quarantined message, or, of a dry run, would have made.
package struct OperationOutcome: Sendable, Equatable {
    /// The words are stored.
    package enum Word: String, Sendable, CaseIterable {
        case stored
        case duplicate
        case discarded
        case refused
        case resolvedBefore = "resolved_before"
        case unknownQueue = "unknown_queue"
    }

    package var quarantineID: Int64
    package var outcome: Word
    /// Of a refused one the code of the first reason; of one resolved before, what was done with it.
    package var detail: String?

    package init(_ quarantineID: Int64, _ outcome: Word, detail: String? = nil) {
        self.quarantineID = quarantineID
        self.outcome = outcome
        self.detail = detail
    }
}

/// How an operation ended that lasted.
package struct OperationEnd: Sendable, Equatable {
    /// The words are stored.
    package enum State: String, Sendable, CaseIterable {
        case done
        /// Somebody stopped it.
        case stopped
        case failed
    }

    package var at: Timestamp
    package var state: State
    /// Who stopped it.
    package var actor: String?
    package var note: String?

    package init(at: Timestamp, state: State, actor: String?, note: String?) {
        self.at = at
        self.state = state
        self.actor = actor
        self.note = note
    }
}

/// One row of the log of operations.
package struct OperationEntry: Sendable, Equatable {
    package var id: Int64
    package var at: Timestamp
    package var actor: String
    /// A word of ``Operator/Way``.
    package var via: String
    /// The address he came from; nil for the command line, and where a version before this one wrote it.
    package var peer: String?
    /// A word of ``OperationAction``.
    package var action: String
    package var note: String?
    /// JSON object.
    package var detail: String
    /// Nil for what was done at once.
    package var expected: Int64?
    package var end: OperationEnd?

    package init(
        id: Int64, at: Timestamp, actor: String, via: String, peer: String?, action: String, note: String?,
        detail: String, expected: Int64?, end: OperationEnd?
    ) {
        self.id = id
        self.at = at
        self.actor = actor
        self.via = via
        self.peer = peer
        self.action = action
        self.note = note
        self.detail = detail
        self.expected = expected
        self.end = end
    }

    /// It goes on, or went on when its process died.
    package var isUnfinished: Bool { expected != nil && end == nil }
}

/// Which operations are meant.
package struct OperationFilter: Sendable, Equatable {
    package var actor: String?
    package var actions: [String] = []
    /// When they were done or begun, `to` excluded.
    package var from: Timestamp?
    package var to: Timestamp?

    package init() {}
}

/// How far an operation has come.
package struct OperationProgress: Sendable, Equatable {
    package var counts: [Count]
    /// The greatest message that it has dealt with: it goes on behind it.
    package var last: Int64?

    package struct Count: Sendable, Equatable {
        package var outcome: OperationOutcome.Word
        package var detail: String?
        package var count: Int64

        package init(outcome: OperationOutcome.Word, detail: String?, count: Int64) {
            self.outcome = outcome
            self.detail = detail
            self.count = count
        }
    }

    package init(counts: [Count], last: Int64?) {
        self.counts = counts
        self.last = last
    }

    package var total: Int64 { counts.reduce(0) { $0 + $1.count } }
}
