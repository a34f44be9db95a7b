package import Events

/// What became of one event: every place where its id is found.
package struct WhereReport: Sendable {
    package struct Stored: Sendable {
        package var table: String
        package var seq: Int64
        package var occurredAt: Timestamp
        package var receivedAt: Timestamp
        /// How often it came again after it was stored.
        package var duplicates: Int64
        package var lastDuplicateAt: Timestamp?

        package init(
            table: String, seq: Int64, occurredAt: Timestamp, receivedAt: Timestamp, duplicates: Int64,
            lastDuplicateAt: Timestamp? = nil
        ) {
            self.table = table
            self.seq = seq
            self.occurredAt = occurredAt
            self.receivedAt = receivedAt
            self.duplicates = duplicates
            self.lastDuplicateAt = lastDuplicateAt
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

        package init(
            id: Int64, queue: String, receivedAt: Timestamp, reason: String, pointer: String, detail: String,
            resolution: String? = nil, resolvedAt: Timestamp? = nil
        ) {
            self.id = id
            self.queue = queue
            self.receivedAt = receivedAt
            self.reason = reason
            self.pointer = pointer
            self.detail = detail
            self.resolution = resolution
            self.resolvedAt = resolvedAt
        }
    }

    package var stored: [Stored]
    package var quarantined: [Quarantined]

    package init(stored: [Stored], quarantined: [Quarantined]) {
        self.stored = stored
        self.quarantined = quarantined
    }

    package var isNeverSeen: Bool { stored.isEmpty && quarantined.isEmpty }
}
