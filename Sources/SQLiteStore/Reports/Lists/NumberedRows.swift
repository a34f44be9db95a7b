internal import Events
internal import Store

/// A list that goes by the numbers of its rows, the greatest first: of quarantined messages, of operations.
struct NumberedRows {
    /// For keys.
    var name: String
    var number: String
    /// The first is the number.
    var columns: String
    /// Behind `FROM`.
    var source: String
    /// Which of the columns is the row's time.
    var time: Int32
}

extension SQLiteReader {
    func page<Row>(
        _ list: NumberedRows, _ conditions: ListConditions, _ place: ListPlace, count: Int, _ limit: ReadLimit,
        _ make: (Statement) throws(StoreError) -> Row
    ) throws(ListError) -> ListPage<Row> {
        let count = min(max(count, 1), ListLimit.rows)
        return try database.reading { () throws(ListError) in
            let store = try listing { () throws(StoreError) in try StoreIdentity(of: database).id }
            let (start, isBackward) = try start(of: place, list, store)
            return try listing { () throws(StoreError) in
                var conditions = conditions
                var bound = ""
                if let start {
                    let comparison = (isBackward ? ">" : "<") + (start.isIncluded ? "=" : "")
                    bound = "AND \(list.number) \(comparison) \(conditions.parameter(.integer(Int64(start.id) ?? 0)))"
                }
                let rows = try database.prepare(
                    """
                    SELECT \(list.columns), coalesce(\(conditions.sql), 0) FROM \(list.source) WHERE 1 \(bound)
                    ORDER BY \(list.number) \(isBackward ? "" : "DESC")
                    """)
                conditions.bind(to: rows)
                func key() -> ListKey { ListKey(time: rows.integer(list.time), id: "\(rows.integer(0))") }
                var (found, keys): ([Row], [ListKey]) = ([], [])
                var stop: ListKey?
                var (read, hasMore) = (0, false)
                while try rows.step() {
                    if rows.integer(rows.columnCount - 1) != 0 {
                        hasMore = found.count == count
                        if hasMore { break }
                        found.append(try make(rows))
                        keys.append(key())
                    }
                    read += 1
                    if read >= limit.rows || read & 0xFF == 0 && ContinuousClock.now >= limit.deadline {
                        stop = key()
                        break
                    }
                }
                func text(_ key: ListKey?) -> String? { key?.text(of: list.name, in: store) }
                var turned = start
                turned?.isIncluded.toggle()
                let begin = start == nil ? nil : text(keys.first ?? turned)
                let end = hasMore ? text(keys.last) : text(stop)
                if isBackward { found.reverse() }
                return ListPage(
                    rows: found, before: isBackward ? end : begin, after: isBackward ? begin : end,
                    stoppedAt: stop?.time, mark: 0)
            }
        }
    }

    private func start(of place: ListPlace, _ list: NumberedRows, _ store: String) throws(ListError) -> (ListKey?, Bool)
    {
        func key(_ text: String) throws(ListError) -> ListKey {
            guard let key = ListKey(text, of: list.name, in: store) else { throw .staleKey }
            return key
        }
        return switch place {
        case .first, .around: (nil, false)
        case .last: (nil, true)
        case .after(let text): (try key(text), false)
        case .before(let text): (try key(text), true)
        }
    }
}
