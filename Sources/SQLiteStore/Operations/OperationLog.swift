internal import Events
internal import JSON
internal import Store

/// Writes rows of `operations`, each in the transaction of what was done: neither is there without the other.
struct OperationLog {
    private let insert: Statement

    init(_ database: Database) throws(StoreError) {
        insert = try database.prepare(
            """
            INSERT INTO operations (at, actor, via, action, note, detail, peer, expected) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
    }

    /// `detail` fills a JSON object.
    func append(
        _ action: OperationAction, by operator: Operator, note: String?, now: Timestamp,
        detail: (inout JSONText) -> Void
    ) throws(StoreError) {
        var json = JSONText()
        json.object(detail)
        try append(NewOperation(action, note: note, detail: json.text), by: `operator`, now: now)
    }

    func append(_ operation: NewOperation, by operator: Operator, now: Timestamp) throws(StoreError) {
        insert.bind(1, now)
        insert.bind(2, `operator`.name)
        insert.bind(3, `operator`.way.rawValue)
        insert.bind(4, operation.action.rawValue)
        insert.bind(5, operation.note)
        insert.bind(6, operation.detail)
        insert.bind(7, `operator`.peer)
        insert.bind(8, operation.expected)
        try insert.run(doing: "append to operations")
    }
}
