internal import Events
internal import Store

/// Looks for the rows of a page: their places in the list and their numbers. What the rows hold is read afterwards, of these alone.
struct ListSearch {
    struct Found {
        var seq: Int64
        var key: ListKey
    }

    let database: Database
    let plan: ListPlan
    let limit: ReadLimit
    private(set) var found: [Found] = []
    /// Where the limit ended it.
    private(set) var stop: ListKey?
    private var rowsRead = 0
    private let wanted: Int

    init(_ database: Database, _ plan: ListPlan, _ limit: ReadLimit, wanted: Int) {
        self.database = database
        self.plan = plan
        self.limit = limit
        self.wanted = wanted
    }

    /// From a place on, or from an end of the list; backward, in the order from there.
    mutating func run(from start: ListKey?, isBackward: Bool) throws(ListError) {
        switch plan.order {
        case .time:
            let isDescending = plan.isReversed == isBackward
            if plan.narrowing == nil {
                try walk(from: start, isDescending: isDescending, word: nil)
            } else {
                try sort(by: nil, from: start, isBackward: isBackward, isDescending: isDescending)
            }
        case .words(let column, let words):
            if plan.narrowing == nil {
                try walk(words, of: column, from: start, isBackward: isBackward)
            } else {
                try sort(by: column, from: start, isBackward: isBackward, isDescending: !isBackward)
            }
        case .column(let column):
            guard plan.hasSortableWindow else { throw .windowTooWide }
            try sort(by: column, from: start, isBackward: isBackward, isDescending: !isBackward)
        case .arrival:
            if plan.narrowing == nil, plan.to == nil {
                try walkArrivals(from: start, isDescending: plan.isReversed == isBackward)
            } else {
                guard plan.hasSortableWindow else { throw .windowTooWide }
                try sort(by: "-e.seq", from: start, isBackward: isBackward, isDescending: !isBackward)
            }
        }
    }

    /// One more row was looked at; false where it was the last that may be.
    private mutating func mayGoOn() -> Bool {
        rowsRead += 1
        guard rowsRead < limit.rows else { return false }
        return rowsRead & 0xFF != 0 || ContinuousClock.now < limit.deadline
    }
}

// MARK: Walking

extension ListSearch {
    /// Goes through the identities of all events in the order of time, and looks at each event of the table.
    private mutating func walk(
        from start: ListKey?, isDescending: Bool, word: (column: String, value: String)?
    ) throws(ListError) {
        var conditions = plan.conditions
        if let word { conditions.add(word.column, "=", word.value) }
        let isFiltered = !conditions.terms.isEmpty
        let (comparison, direction) = isDescending ? ("<", "DESC") : (">", "")
        let (bounded, start) = plan.bounded(by: start, isDescending: isDescending)
        var bounds = bounded.window("i", &conditions)
        if let start {
            let (time, id) = (conditions.parameter(.integer(start.time)), conditions.parameter(.id(start.id)))
            bounds += " AND (i.occurred_at, i.event_id) \(comparison)\(start.isIncluded ? "=" : "") (\(time), \(id))"
        }
        let kind = plan.table.rawValue
        let rows = try prepare(
            """
            SELECT \(isFiltered ? "i.kind = \(kind) AND coalesce(\(conditions.sql), 0)" : "i.kind = \(kind)"), i.occurred_at, i.event_id, \(EventPlace.seqSQL)
            FROM _event_identities AS i
            \(isFiltered ? "LEFT JOIN \(plan.table.name) AS e ON e.seq = CASE i.kind WHEN \(kind) THEN \(EventPlace.seqSQL) END \(plan.join)" : "")
            WHERE 1 \(bounds)
            ORDER BY i.occurred_at \(direction), i.event_id \(direction), i.kind \(direction)
            """, conditions)
        defer { rows.reset() }
        while try step(rows) {
            let isShown = rows.integer(0) != 0
            if isShown { found.append(Found(seq: rows.integer(3), key: key(rows, word?.value))) }
            if found.count >= wanted { return }
            if !mayGoOn() {
                stop = key(rows, word?.value)
                return
            }
        }
    }

    private func key(_ rows: Statement, _ word: String?) -> ListKey {
        ListKey(word.map { .text($0) } ?? .none, time: rows.integer(1), id: rows.compactID(2))
    }

    private mutating func walk(
        _ words: [String], of column: String, from start: ListKey?, isBackward: Bool
    ) throws(ListError) {
        let isAscending = plan.isReversed == isBackward
        var place: [UInt8]?
        if case .text(let text)? = start?.value { place = Array(text.utf8) }
        for word in isAscending ? words : words.reversed() {
            let bytes = Array(word.utf8)
            let isHere = place == bytes
            if let place, !isHere {
                let isPast =
                    isAscending ? bytes.lexicographicallyPrecedes(place) : place.lexicographicallyPrecedes(bytes)
                if isPast { continue }
            }
            try walk(from: isHere ? start : nil, isDescending: !isBackward, word: (column, word))
            if found.count >= wanted || stop != nil { return }
        }
    }

    /// Goes through the table in the order of its numbers.
    private mutating func walkArrivals(from start: ListKey?, isDescending: Bool) throws(ListError) {
        var conditions = plan.conditions
        let window = plan.window("e", &conditions)
        var bound = ""
        if case .integer(let seq)? = start?.value {
            let comparison = isDescending ? "<" : ">"
            bound =
                "AND e.seq \(comparison)\(start?.isIncluded == true ? "=" : "") \(conditions.parameter(.integer(0 &- seq)))"
        }
        let rows = try prepare(
            """
            SELECT coalesce(\(conditions.sql)\(window), 0), e.occurred_at, e.seq, e.event_id
            FROM \(plan.table.name) AS e \(plan.join) WHERE 1 \(bound) ORDER BY e.seq \(isDescending ? "DESC" : "")
            """, conditions)
        defer { rows.reset() }
        while try step(rows) {
            let seq = rows.integer(2)
            func key() -> ListKey { ListKey(.integer(-seq), time: rows.integer(1), id: rows.text(3)) }
            if rows.integer(0) != 0 { found.append(Found(seq: seq, key: key())) }
            if found.count >= wanted { return }
            if !mayGoOn() {
                stop = key()
                return
            }
        }
    }
}

// MARK: Sorting

extension ListSearch {
    /// A UUID in its usual spelling, which is kept as 16 bytes and so stands behind all texts.
    private static let isUUID: String = {
        let digit = "[0-9a-f]"
        func digits(_ count: Int) -> String { String(repeating: digit, count: count) }
        let pattern = [8, 4, 4, 4, 12].map(digits).joined(separator: "-")
        return "(length(CAST(e.event_id AS BLOB)) = 36 AND e.event_id GLOB '\(pattern)')"
    }()

    /// Reads everything in the window, or of one value, and keeps the first. `column` is nil for the order of time; `isDescending` is of the time.
    private mutating func sort(
        by column: String?, from start: ListKey?, isBackward: Bool, isDescending: Bool
    ) throws(ListError) {
        var conditions = plan.conditions
        let isNarrow = plan.narrowing != nil
        let tie = isNarrow ? ["e.occurred_at", Self.isUUID, "e.event_id"] : ["i.occurred_at", "i.event_id"]
        let direction = isDescending ? "DESC" : ""
        var order = tie.map { "\($0) \(direction)" }
        if let column {
            let isAscending = plan.isReversed == isBackward
            order = ["\(column) IS NULL\(isBackward ? " DESC" : "")", "\(column)\(isAscending ? "" : " DESC")"] + order
        }
        let (bounded, start) = column == nil ? plan.bounded(by: start, isDescending: isDescending) : (plan, start)
        let bounds = bounded.window(isNarrow ? "e" : "i", &conditions)
        let filter = conditions.sql
        let behind = start.map { start in
            condition(start, column, tie, isBackward: isBackward, isDescending: isDescending, &conditions)
        }
        let source: String
        if let narrowing = plan.narrowing {
            source = """
                SELECT e.seq, e.occurred_at, e.event_id, \(column ?? "NULL")
                FROM \(plan.table.name) AS e \(narrowing.index) \(plan.join) WHERE \(narrowing.term)
                """
        } else {
            source = """
                SELECT e.seq, i.occurred_at, e.event_id, \(column ?? "NULL")
                FROM _event_identities AS i CROSS JOIN \(plan.table.name) AS e ON e.seq = \(EventPlace.seqSQL) \(plan.join)
                WHERE i.kind = \(plan.table.rawValue) AND \(plan.entryCondition ?? "1")
                """
        }
        let count = conditions.parameter(.integer(Int64(wanted)))
        let sql = """
            \(source) \(bounds) AND \(filter) \(behind.map { "AND \($0)" } ?? "")
            ORDER BY \(order.joined(separator: ", ")) LIMIT \(count)
            """
        var places: [Found] = []
        let isInTime = try database.run(until: limit.deadline) { () throws(StoreError) in
            let rows = try database.prepare(sql)
            conditions.bind(to: rows)
            while try rows.step() {
                let key = ListKey(rows.listValue(3), time: rows.integer(1), id: rows.text(2))
                places.append(Found(seq: rows.integer(0), key: key))
            }
        }
        guard isInTime else { throw .tooSlow }
        found = places
    }

    /// What comes behind a place.
    private func condition(
        _ start: ListKey, _ column: String?, _ tie: [String], isBackward: Bool, isDescending: Bool,
        _ conditions: inout ListConditions
    ) -> String {
        var parameters = [conditions.parameter(.integer(start.time))]
        if tie.count == 3 {
            let isUUID = UUIDKey(start.id) != nil
            parameters += [isUUID ? "1" : "0", conditions.parameter(.text(start.id))]
        } else {
            parameters.append(conditions.parameter(.id(start.id)))
        }
        let comparison = (isDescending ? "<" : ">") + (start.isIncluded ? "=" : "")
        let behind = "(\(tie.joined(separator: ", "))) \(comparison) (\(parameters.joined(separator: ", ")))"
        guard let column else { return behind }
        let value: String
        switch start.value {
        case .none:
            return isBackward
                ? "(\(column) IS NOT NULL OR \(behind))" : "(\(column) IS NULL AND \(behind))"
        case .integer(let number): value = conditions.parameter(.integer(number))
        case .number(let number): value = conditions.parameter(.number(number))
        case .text(let text): value = conditions.parameter(.text(text))
        }
        let isAscending = plan.isReversed == isBackward
        let further = "\(column) \(isAscending ? ">" : "<") \(value) OR (\(column) = \(value) AND \(behind))"
        return isBackward ? "(\(further))" : "(\(column) IS NULL OR \(further))"
    }
}

extension ListSearch {
    private func prepare(_ sql: String, _ conditions: ListConditions) throws(ListError) -> Statement {
        do {
            let rows = try database.prepare(sql)
            conditions.bind(to: rows)
            return rows
        } catch { throw .store(error) }
    }

    private func step(_ rows: Statement) throws(ListError) -> Bool {
        do { return try rows.step() } catch { throw .store(error) }
    }
}
