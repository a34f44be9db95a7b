internal import Events
internal import Store

/// The rows of `_large_cases`: the states of the cases of large signals, see ``RecommendationCases``.
struct LargeCases {
    private static let columns = "viewed_at, viewed_seq, confidence, decision, decided_at, decided_seq, viewed_by"

    private let find: Statement
    private let findAll: Statement
    private let insert: Statement

    init(_ database: Database, in place: RollupSchema.Place) throws(StoreError) {
        let table = "\(place)._large_cases"
        find = try database.prepare(
            """
            SELECT \(Self.columns) FROM \(table)
            WHERE risk_signal_id = ? AND recommendation_type = ? AND explanation_version = ?
            """)
        findAll = try database.prepare(
            "SELECT \(Self.columns), recommendation_type, explanation_version FROM \(table) WHERE risk_signal_id = ?")
        insert = try database.prepare(
            """
            INSERT OR REPLACE INTO \(table) (risk_signal_id, recommendation_type, explanation_version, \(Self.columns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
    }

    func state(_ signal: Int64, _ type: UnsafeRawBufferPointer, _ version: UnsafeRawBufferPointer)
        throws(StoreError) -> CaseState?
    {
        find.bind(1, signal)
        find.bindText(2, type)
        find.bindText(3, version)
        defer { find.reset() }
        return try find.step() ? try Self.state(find) : nil
    }

    func forEach(
        of signal: Int64, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer, CaseState) throws(StoreError) -> Void
    ) throws(StoreError) {
        findAll.bind(1, signal)
        defer { findAll.reset() }
        while try findAll.step() { try body(findAll.bytes(7), findAll.bytes(8), try Self.state(findAll)) }
    }

    private static func state(_ row: Statement) throws(StoreError) -> CaseState {
        var state = CaseState()
        if !row.isNull(0) {
            state.firstView = CaseState.View(
                moment: CaseState.Moment(occurredAt: row.integer(0), seq: row.integer(1)),
                confidence: try row.optionalWord(2, of: "_large_cases"), adminUserID: row.integer(6))
        }
        if !row.isNull(4) {
            state.firstDecision = CaseState.Decision(
                moment: CaseState.Moment(occurredAt: row.integer(4), seq: row.integer(5)),
                action: try row.word(3, of: "_large_cases"))
        }
        return state
    }

    func put(
        _ signal: Int64, _ type: UnsafeRawBufferPointer, _ version: UnsafeRawBufferPointer, _ state: CaseState
    ) throws(StoreError) {
        insert.bind(1, signal)
        insert.bindText(2, type)
        insert.bindText(3, version)
        insert.bind(4, state.firstView?.moment.occurredAt)
        insert.bind(5, state.firstView?.moment.seq)
        insert.bind(6, state.firstView?.confidence?.rawValue)
        insert.bind(7, state.firstDecision?.action.rawValue)
        insert.bind(8, state.firstDecision?.moment.occurredAt)
        insert.bind(9, state.firstDecision?.moment.seq)
        insert.bind(10, state.firstView?.adminUserID)
        try insert.run(doing: "keep a recommendation case")
    }
}
