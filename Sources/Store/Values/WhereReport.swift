package import Events

/// What became of one event: every place where its id is found.
package struct WhereReport: Sendable {
    package struct Stored: Sendable {
        package var table: String
        package var seq: Int64
        package var occurredAt: Timestamp
        package var receivedAt: Timestamp
        /// Whose story it is a part of.
        package var subject: Subject?
        /// Its action, status or type.
        package var word: String
        /// How often it came again after it was stored.
        package var duplicates: Int64
        package var lastDuplicateAt: Timestamp?
        package var warnings: [Warning]

        package init(
            table: String, seq: Int64, occurredAt: Timestamp, receivedAt: Timestamp, subject: Subject? = nil,
            word: String = "", duplicates: Int64, lastDuplicateAt: Timestamp? = nil, warnings: [Warning] = []
        ) {
            self.subject = subject
            self.word = word
            self.table = table
            self.seq = seq
            self.occurredAt = occurredAt
            self.receivedAt = receivedAt
            self.duplicates = duplicates
            self.lastDuplicateAt = lastDuplicateAt
            self.warnings = warnings
        }
    }

    package enum Subject: Sendable, Equatable {
        case signal(Int64)
        case session(String)
    }

    /// What is odd about a stored event.
    package struct Warning: Sendable, Equatable {
        package var code: String
        /// Of the first one.
        package var pointer: String
        package var detail: String
        /// How many of this code there are.
        package var count: Int64

        package init(code: String, pointer: String, detail: String, count: Int64) {
            self.code = code
            self.pointer = pointer
            self.detail = detail
            self.count = count
        }
    }

    package struct Quarantined: Sendable {
        package var id: Int64
        package var queue: String
        package var receivedAt: Timestamp
        package var reason: String
        package var pointer: String
        package var detail: String
        /// `replay` or `discard`, once somebody has dealt with it.
        package var resolution: String?
        package var resolvedAt: Timestamp?
        /// The id that the message goes by.
        package var eventID: String
        /// Set where the message goes by another id and this one was found inside its body.
        package var found: BodySearch.Match?

        package init(
            id: Int64, eventID: String, queue: String, receivedAt: Timestamp, reason: String, pointer: String,
            detail: String, resolution: String? = nil, resolvedAt: Timestamp? = nil, found: BodySearch.Match? = nil
        ) {
            self.id = id
            self.eventID = eventID
            self.found = found
            self.queue = queue
            self.receivedAt = receivedAt
            self.reason = reason
            self.pointer = pointer
            self.detail = detail
            self.resolution = resolution
            self.resolvedAt = resolvedAt
        }
    }

    /// How far bodies of refused messages were searched, the newest first.
    package struct Searched: Sendable, Equatable {
        package var messages: Int64
        /// How many there are.
        package var total: Int64

        package init(messages: Int64, total: Int64) {
            self.messages = messages
            self.total = total
        }
    }

    package var stored: [Stored]
    package var quarantined: [Quarantined]
    /// Nil where bodies were not looked into.
    package var searched: Searched?

    package init(stored: [Stored], quarantined: [Quarantined], searched: Searched? = nil) {
        self.stored = stored
        self.quarantined = quarantined
        self.searched = searched
    }

    package var isNeverSeen: Bool { stored.isEmpty && quarantined.isEmpty }
}
