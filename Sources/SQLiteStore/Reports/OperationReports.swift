internal import Events
package import Store

extension SQLiteReader {
    private static var columns: String {
        """
        id, at, operations.actor, via, action, operations.note, detail, peer, expected, ended_at, state, operation_ends.actor,
        operation_ends.note
        """
    }

    private static var source: String { "operations LEFT JOIN operation_ends ON operation_id = operations.id" }
    private static var list: String { "operations" }

    @available(*, noasync)
    package func operations(_ filter: OperationFilter, _ place: ListPlace, count: Int, _ limit: ReadLimit)
        throws(ListError) -> ListPage<OperationEntry>
    {
        var conditions = ListConditions()
        conditions.add("operations.actor", "=", filter.actor)
        conditions.add("action", isOneOf: filter.actions)
        conditions.add("at", ">=", filter.from)
        conditions.add("at", "<", filter.to)
        let rows = NumberedRows(
            name: Self.list, number: "operations.id", columns: Self.columns, source: Self.source, time: 1)
        return try page(rows, conditions, place, count: count, limit) { row throws(StoreError) in OperationEntry(row) }
    }

    @available(*, noasync)
    package func operation(_ id: Int64) throws(StoreError) -> OperationEntry? {
        let row = try database.prepare("SELECT \(Self.columns) FROM \(Self.source) WHERE operations.id = ?")
        row.bind(1, id)
        return try row.step() ? OperationEntry(row) : nil
    }

    @available(*, noasync)
    package func unfinishedOperations() throws(StoreError) -> [OperationEntry] {
        let rows = try database.prepare(
            """
            SELECT \(Self.columns) FROM \(Self.source) WHERE expected IS NOT NULL AND operation_id IS NULL ORDER BY operations.id
            """)
        var entries: [OperationEntry] = []
        while try rows.step() { entries.append(OperationEntry(rows)) }
        return entries
    }

    @available(*, noasync)
    package func progress(of operation: Int64) throws(StoreError) -> OperationProgress {
        let rows = try database.prepare(
            """
            SELECT outcome, detail, count(*), max(quarantine_id) FROM operation_outcomes WHERE operation_id = ?
            GROUP BY outcome, detail ORDER BY count(*) DESC, outcome, detail
            """)
        rows.bind(1, operation)
        var progress = OperationProgress(counts: [], last: nil)
        while try rows.step() {
            progress.counts.append(
                OperationProgress.Count(
                    outcome: try rows.word(0, of: "operation_outcomes"), detail: rows.optionalText(1),
                    count: rows.integer(2)))
            progress.last = max(progress.last ?? 0, rows.integer(3))
        }
        return progress
    }

    @available(*, noasync)
    package func outcomes(of operation: Int64, _ outcome: OperationOutcome.Word?, after id: Int64, count: Int)
        throws(StoreError) -> [OperationOutcome]
    {
        let rows = try database.prepare(
            """
            SELECT quarantine_id, outcome, detail FROM operation_outcomes
            WHERE operation_id = ?1 AND quarantine_id > ?2 AND (?3 IS NULL OR outcome = ?3) ORDER BY quarantine_id LIMIT ?4
            """)
        rows.bind(1, operation)
        rows.bind(2, id)
        rows.bind(3, outcome?.rawValue)
        rows.bind(4, Int64(max(count, 0)))
        var outcomes: [OperationOutcome] = []
        while try rows.step() {
            outcomes.append(
                OperationOutcome(
                    rows.integer(0), try rows.word(1, of: "operation_outcomes"), detail: rows.optionalText(2)))
        }
        return outcomes
    }
}

extension OperationEntry {
    fileprivate init(_ row: Statement) {
        let state = row.optionalText(10).map { OperationEnd.State(rawValue: $0) ?? .failed }
        self.init(
            id: row.integer(0), at: row.integer(1), actor: row.text(2), via: row.text(3), peer: row.optionalText(7),
            action: row.text(4), note: row.optionalText(5), detail: row.text(6), expected: row.optionalInteger(8),
            end: state.map {
                OperationEnd(at: row.integer(9), state: $0, actor: row.optionalText(11), note: row.optionalText(12))
            })
    }
}
