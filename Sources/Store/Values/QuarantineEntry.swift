package import Events

/// One quarantined message.
package struct QuarantineEntry: Sendable {
    package var id: Int64
    package var receivedAt: Timestamp
    package var queue: String
    package var eventID: String
    package var reason: String
    package var pointer: String
    package var detail: String
    /// JSON array of the first errors.
    package var errors: String
    /// How many there are.
    package var errorCount: Int64
    package var body: [UInt8]
    /// JSON object.
    package var properties: String
    package var resolution: String?
    package var resolvedAt: Timestamp?
    package var note: String?
    /// Who resolved it; nil also where a version before 0.2.0 did.
    package var actor: String?

    package init(
        id: Int64, receivedAt: Timestamp, queue: String, eventID: String, reason: String, pointer: String,
        detail: String, errors: String, errorCount: Int64, body: [UInt8], properties: String, resolution: String? = nil,
        resolvedAt: Timestamp? = nil, note: String? = nil, actor: String? = nil
    ) {
        self.id = id
        self.receivedAt = receivedAt
        self.queue = queue
        self.eventID = eventID
        self.reason = reason
        self.pointer = pointer
        self.detail = detail
        self.errors = errors
        self.errorCount = errorCount
        self.body = body
        self.properties = properties
        self.resolution = resolution
        self.resolvedAt = resolvedAt
        self.note = note
        self.actor = actor
    }
}
