internal import Events
internal import JSON
internal import Store

/// Writes rows of `operations`, each in the transaction of what was done: neither is there without the other.
struct OperationLog {
    private let insert: Statement

    init(_ database: Database) throws(StoreError) {
        insert = try database.prepare(
            "INSERT INTO operations (at, actor, via, action, note, detail) VALUES (?, ?, ?, ?, ?, ?)")
    }

    /// `detail` fills a JSON object.
    func append(
        _ action: String, by operator: Operator, note: String?, now: Timestamp, detail: (inout JSONText) -> Void
    ) throws(StoreError) {
        var json = JSONText()
        json.object(detail)
        insert.bind(1, now)
        insert.bind(2, `operator`.name)
        insert.bind(3, `operator`.way.rawValue)
        insert.bind(4, action)
        insert.bind(5, note)
        insert.bind(6, json.text)
        try insert.run(doing: "append to operations")
    }
}
