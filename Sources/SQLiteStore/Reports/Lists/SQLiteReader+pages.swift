internal import Events
internal import Store

extension SQLiteReader {
    /// The page of a list, with what `read` makes of the rows' numbers.
    func page<Row>(
        _ plan: ListPlan, _ place: ListPlace, count: Int, _ limit: ReadLimit,
        _ read: ([Int64]) throws(StoreError) -> [Row]
    ) throws(ListError) -> ListPage<Row> {
        let count = min(max(count, 1), ListLimit.rows)
        let store = try listing { () throws(StoreError) in try StoreIdentity(of: database).id }
        let (start, isBackward) = try start(of: place, plan, store)
        return try database.reading { () throws(ListError) in
            let mark = try listing { () throws(StoreError) in try EventTable.firstFreeSeq(database) - 1 }
            var search = ListSearch(database, plan, limit, wanted: count + 1)
            try search.run(from: start, isBackward: isBackward)
            let hasMore = search.found.count > count
            var found = Array(search.found.prefix(count))
            let stop = hasMore ? nil : search.stop
            func text(_ key: ListKey?) -> String? { key?.text(of: plan.name, in: store) }
            // An empty page has no row to go back to: its place is what it began behind.
            var turned = start
            turned?.isIncluded.toggle()
            let begin = start == nil ? nil : text(found.first?.key ?? turned)
            let end = hasMore ? text(found.last?.key) : text(stop)
            if isBackward { found.reverse() }
            let rows = try listing { () throws(StoreError) in try read(found.map(\.seq)) }
            return ListPage(
                rows: rows, before: isBackward ? end : begin, after: isBackward ? begin : end, stoppedAt: stop?.time,
                mark: mark)
        }
    }

    private func start(of place: ListPlace, _ plan: ListPlan, _ store: String) throws(ListError) -> (ListKey?, Bool) {
        func key(_ text: String) throws(ListError) -> ListKey {
            guard let key = ListKey(text, of: plan.name, in: store) else { throw .staleKey }
            return key
        }
        switch place {
        case .first: return (nil, false)
        case .last: return (nil, true)
        case .after(let text): return (try key(text), false)
        case .before(let text): return (try key(text), true)
        case .around(let time):
            guard case .time = plan.order else { return (nil, false) }
            return (ListKey(time: plan.isReversed ? time : min(time, .max - 1) + 1, id: ""), false)
        }
    }

    /// How many rows the plan has, as far as the limit lets it read.
    func count(_ plan: ListPlan, _ limit: ReadLimit) throws(ListError) -> ListCount {
        try database.reading { () throws(ListError) in
            var search = ListSearch(database, plan, limit, wanted: ListLimit.counted + 1)
            try search.run(from: nil, isBackward: false)
            let isAtLeast = search.stop != nil || search.found.count > ListLimit.counted
            return ListCount(count: min(search.found.count, ListLimit.counted), isAtLeast: isAtLeast)
        }
    }

    /// How many rows that the plan lets through have a higher number.
    func arrivals(_ plan: ListPlan, since mark: Int64, _ limit: ReadLimit) throws(ListError) -> ListCount {
        var plan = plan
        if let narrowing = plan.narrowing { plan.conditions.add(narrowing.term) }
        var conditions = plan.conditions
        let window = plan.window("e", &conditions)
        return try listing { () throws(StoreError) in
            let rows = try database.prepare(
                """
                SELECT coalesce(\(conditions.sql)\(window), 0) FROM \(plan.table.name) AS e \(plan.join)
                WHERE e.seq > \(conditions.parameter(.integer(mark))) ORDER BY e.seq
                """)
            conditions.bind(to: rows)
            var (count, read) = (0, 0)
            while try rows.step() {
                if rows.integer(0) != 0 { count += 1 }
                read += 1
                if read >= limit.rows || read & 0xFF == 0 && ContinuousClock.now >= limit.deadline {
                    return ListCount(count: count, isAtLeast: true)
                }
            }
            return ListCount(count: count, isAtLeast: false)
        }
    }

    func listing<Result>(_ body: () throws(StoreError) -> Result) throws(ListError) -> Result {
        do { return try body() } catch { throw .store(error) }
    }
}
