internal import Store

/// Leads from each session's newest message to all others of it: every message points to another one of the same session, and none to the
/// newest. Messages that come in order cost a row at the end of the table; a late one is put behind the newest.
struct SessionLinks {
    private let find: Statement
    private let add: Statement
    private let put: Statement

    init(_ database: Database, in place: RollupSchema.Place) throws(StoreError) {
        find = try database.prepare("SELECT previous FROM \(place)._session_links WHERE seq = ?")
        add = try database.prepare("INSERT INTO \(place)._session_links (seq, previous) VALUES (?, ?)")
        put = try database.prepare("INSERT OR REPLACE INTO \(place)._session_links (seq, previous) VALUES (?, ?)")
    }

    /// `seq` is the newest message now, `previous` was.
    func append(_ seq: Int64, after previous: Int64) throws(StoreError) {
        add.bind(1, seq)
        add.bind(2, previous)
        try add.run(doing: "link a session's messages")
    }

    /// `seq` has come late: `newest` still is the newest.
    func insert(_ seq: Int64, behind newest: Int64) throws(StoreError) {
        if let previous = try previous(of: newest) { try append(seq, after: previous) }
        put.bind(1, newest)
        put.bind(2, seq)
        try put.run(doing: "link a session's messages")
    }

    /// The messages of the session whose newest is `seq`, beginning with it, in no order.
    func messages(upTo seq: Int64) throws(StoreError) -> [Int64] {
        var found = [seq]
        while let last = found.last, let previous = try previous(of: last) {
            found.append(previous)
            guard found.count < 1 << 24 else {
                throw StoreError(.inconsistent, doing: "read a session", why: "its messages form a circle")
            }
        }
        return found
    }

    private func previous(of seq: Int64) throws(StoreError) -> Int64? {
        find.bind(1, seq)
        defer { find.reset() }
        return try find.step() ? find.integer(0) : nil
    }
}
