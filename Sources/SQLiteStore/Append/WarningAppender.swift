internal import Events
internal import Store

/// Writes rows of `event_warnings`.
struct WarningAppender {
    private let insert: Statement

    init(_ database: Database) throws(StoreError) {
        insert = try database.prepareForMessage(
            "INSERT INTO event_warnings (event_id, occurred_at, code, pointer, detail, seq, count) VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
    }

    /// The first of `count` warnings of a code about one event.
    func append(_ warning: Warning, count: Int, seq: Int64, eventID: UnsafeRawBufferPointer, occurredAt: Timestamp)
        throws(StoreError)
    {
        insert.bindText(1, eventID)
        insert.bind(2, occurredAt)
        insert.bind(3, warning.code.rawValue)
        insert.bind(4, warning.pointer)
        insert.bind(5, warning.detail)
        insert.bind(6, seq)
        insert.bind(7, Int64(count))
        try insert.run(doing: "append to event_warnings")
    }
}
