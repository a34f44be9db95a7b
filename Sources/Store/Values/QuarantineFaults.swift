package import Events

/// What quarantined messages are put together by.
package enum QuarantineGrouping: String, Sendable, CaseIterable {
    /// Queue, first reason and shape of its pointer.
    case fault
    case reason
    case queue
    /// The shape of the pointer; see ``PointerShape``.
    case pointer
    case explanationVersion = "explanation_version"
    /// The property of the message by which its producer names itself.
    case appID = "app_id"
}

/// Quarantined messages that are alike.
package struct QuarantineFault: Sendable, Equatable {
    /// Nil are the parts in which its messages may differ.
    package var queue: String?
    package var reason: String?
    /// See ``PointerShape``.
    package var shape: String?
    /// Empty where the messages have none; see ``RefusedWords``.
    package var version: String?
    package var appID: String?
    /// All of them, whatever became of them.
    package var total: Int64
    package var replayed: Int64
    package var discarded: Int64
    /// Of all.
    package var firstReceivedAt: Timestamp
    package var lastReceivedAt: Timestamp
    /// One of the newest that are unresolved, else the newest, and its sentence.
    package var sampleID: Int64
    package var sampleDetail: String
    /// What the messages say that happened, in order; see ``RefusedWords``. Empty ones are left out.
    package var eventTypes: [String]
    /// How many came in each clock hour that was asked for, the oldest first.
    package var hours: [Int64]

    package var unresolved: Int64 { total - replayed - discarded }

    package init(
        queue: String? = nil, reason: String? = nil, shape: String? = nil, version: String? = nil,
        appID: String? = nil, total: Int64 = 0, replayed: Int64 = 0, discarded: Int64 = 0,
        firstReceivedAt: Timestamp = .max, lastReceivedAt: Timestamp = .min, sampleID: Int64 = 0,
        sampleDetail: String = "", eventTypes: [String] = [], hours: [Int64] = []
    ) {
        self.queue = queue
        self.reason = reason
        self.shape = shape
        self.version = version
        self.appID = appID
        self.total = total
        self.replayed = replayed
        self.discarded = discarded
        self.firstReceivedAt = firstReceivedAt
        self.lastReceivedAt = lastReceivedAt
        self.sampleID = sampleID
        self.sampleDetail = sampleDetail
        self.eventTypes = eventTypes
        self.hours = hours
    }
}

/// All groups of the messages that a filter lets through, those with a message in the filter's state.
package struct QuarantineFaults: Sendable {
    /// Most messages first; no more than ``maximum``.
    package var faults: [QuarantineFault]
    /// How many were left out, and how many messages they have.
    package var leftOut: Int
    package var leftOutMessages: Int64

    package static let maximum = 1000
    /// Of `received_at`.
    package static let hour: Timestamp = 3_600_000_000

    package init(faults: [QuarantineFault], leftOut: Int, leftOutMessages: Int64) {
        self.faults = faults
        self.leftOut = leftOut
        self.leftOutMessages = leftOutMessages
    }
}

/// A quarantined message in short, as a list shows it.
package struct QuarantineRow: Sendable, Equatable {
    package var id: Int64
    package var receivedAt: Timestamp
    package var queue: String
    package var eventID: String
    package var reason: String
    package var pointer: String
    package var detail: String
    package var errorCount: Int64
    package var bodyBytes: Int64
    package var resolution: QuarantineResolution?

    package init(
        id: Int64, receivedAt: Timestamp, queue: String, eventID: String, reason: String, pointer: String,
        detail: String, errorCount: Int64, bodyBytes: Int64, resolution: QuarantineResolution?
    ) {
        self.id = id
        self.receivedAt = receivedAt
        self.queue = queue
        self.eventID = eventID
        self.reason = reason
        self.pointer = pointer
        self.detail = detail
        self.errorCount = errorCount
        self.bodyBytes = bodyBytes
        self.resolution = resolution
    }
}

/// What became of a quarantined message.
package struct QuarantineResolution: Sendable, Equatable {
    /// `replay` or `discard`.
    package var action: String
    package var at: Timestamp
    package var actor: String?
    package var note: String?
    package var operation: Int64?
    /// The event that a replay stored.
    package var storedSeq: Int64?

    package init(
        action: String, at: Timestamp, actor: String?, note: String?, operation: Int64?, storedSeq: Int64?
    ) {
        self.action = action
        self.at = at
        self.actor = actor
        self.note = note
        self.operation = operation
        self.storedSeq = storedSeq
    }
}

/// What somebody has resolved of a selection.
package struct ResolvedMeanwhile: Sendable, Equatable {
    package var actor: String?
    /// `replay` or `discard`.
    package var action: String
    package var count: Int64
    package var firstAt: Timestamp
    package var lastAt: Timestamp

    package init(actor: String?, action: String, count: Int64, firstAt: Timestamp, lastAt: Timestamp) {
        self.actor = actor
        self.action = action
        self.count = count
        self.firstAt = firstAt
        self.lastAt = lastAt
    }
}
