internal import Events
internal import Store

/// What a list consists of and how it is ordered.
struct ListPlan {
    enum Order {
        /// The newest first.
        case time
        /// By a column with few values, each of which is in `words`: for one after the other, by time.
        case words(column: String, words: [String])
        /// By any other column.
        case column(String)
        /// By number: the last that came first.
        case arrival
    }

    /// Rows that an index finds by one value, instead of by time.
    struct Narrowing {
        var index: String
        var term: String
    }

    var table: EventTable
    /// On `e`, the row of the table.
    var conditions: ListConditions
    var from: Timestamp?
    var to: Timestamp?
    var narrowing: Narrowing?
    var order: Order
    var isReversed: Bool
    /// For keys: which list, and in which order.
    var name: String
    /// What is joined to the row of the table, for the conditions.
    var join = ""
    /// What an identity says already, where a window is sorted.
    var entryCondition: String?

    init(
        _ table: EventTable, _ conditions: ListConditions, from: Timestamp?, to: Timestamp?,
        by order: Order, isReversed: Bool, name: String
    ) {
        self.table = table
        self.conditions = conditions
        self.from = from
        self.to = to
        self.order = order
        self.isReversed = isReversed
        self.name = name
    }

    /// Restricts the list to one value of a column that the table has an index of.
    mutating func narrow(to value: Int64?, of column: String, index: String) {
        guard let value else { return }
        let term = "e.\(column) = \(conditions.parameter(.integer(value)))"
        if narrowing == nil {
            narrowing = Narrowing(index: "INDEXED BY \(index)", term: term)
        } else {
            conditions.add(term)
        }
    }

    /// The same where SQLite finds its way through blocks: see ``LookupSchema``.
    mutating func narrow(to value: String?, of column: String) {
        guard let value else { return }
        narrowing = Narrowing(index: "", term: "e.\(column) = \(conditions.parameter(.text(value)))")
    }

    /// Whether what is in the window may be sorted.
    var hasSortableWindow: Bool {
        guard narrowing == nil else { return true }
        guard let from, let to else { return false }
        return to <= from
            || to.subtractingReportingOverflow(from).partialValue <= ListLimit.sortedMicroseconds
                && !to.subtractingReportingOverflow(from).overflow
    }

    /// Conditions on the time of `alias`, each behind an `AND`.
    func window(_ alias: String, _ conditions: inout ListConditions) -> String {
        var sql = ""
        if let from { sql += " AND \(alias).occurred_at >= \(conditions.parameter(.integer(from)))" }
        if let to { sql += " AND \(alias).occurred_at < \(conditions.parameter(.integer(to)))" }
        return sql
    }

    /// The same list from a place of the order of time on, and that place. Of two bounds on one side SQLite would go to one and look at every
    /// row on its way to the other: only the nearer one stays.
    func bounded(by start: ListKey?, isDescending: Bool) -> (plan: ListPlan, start: ListKey?) {
        guard let start else { return (self, nil) }
        var plan = self
        if isDescending {
            if let to, start.time >= to { return (self, nil) }
            plan.to = nil
        } else {
            if let from, start.time < from { return (self, nil) }
            plan.from = nil
        }
        return (plan, start)
    }
}
