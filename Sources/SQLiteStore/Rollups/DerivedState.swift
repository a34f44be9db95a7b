internal import Store

/// What the store says of its own derived tables: the rows of `_rollup_state`, and the newest row of `_rollup_pending`.
///
/// Every transaction that changes something a writer remembers takes the next ``change``: it is the id of the row that the transaction adds to
/// `_rollup_pending`, or, where the transaction merges or replaces that table, ``mergedChange``. So the number only grows, and noting it
/// costs no page that is not written anyway. See Decisions/0007.
struct DerivedState: Equatable {
    /// A merge of the session log that has begun, see ``SessionHeads``.
    struct SessionMerge: Equatable {
        /// The log's last row that is part of it.
        var lastSeq: Int64
        /// How many of its sessions, in key order, have been merged.
        var done: Int64
    }

    /// Changes when a rebuild has replaced the derived tables.
    var epoch: Int64 = 0
    /// By which rules the tables were derived, see ``RollupFormat``; 0 where nobody has said so.
    var format: Int64 = 0
    var change: Int64 = 0
    /// The change that merged `_rollup_pending`, or replaced it, last.
    var mergedChange: Int64 = 0
    /// Counts the merges of the session log that have ended.
    var sessionMerges: Int64 = 0
    var sessionMerge: SessionMerge?

    static func read(_ database: Database) throws(StoreError) -> DerivedState {
        var state = DerivedState()
        var merge = SessionMerge(lastSeq: -1, done: 0)
        let rows = try database.prepare("SELECT name, value FROM main._rollup_state")
        while try rows.step() {
            let value = rows.integer(1)
            switch rows.text(0) {
            case "epoch": state.epoch = value
            case "format": state.format = value
            case "merged_change": state.mergedChange = value
            case "session_merges": state.sessionMerges = value
            case "session_merge_last_seq": merge.lastSeq = value
            case "session_merge_done": merge.done = value
            default: break
            }
        }
        if merge.lastSeq >= 0 { state.sessionMerge = merge }
        let newest = try database.integer("SELECT max(id) FROM main._rollup_pending") ?? 0
        state.change = max(state.mergedChange, newest)
        return state
    }
}

extension Database {
    /// Writes a row of `_rollup_state`.
    func setState(_ name: String, _ value: Int64) throws(StoreError) {
        try run(
            """
            INSERT INTO main._rollup_state (name, value) VALUES ('\(name)', \(value))
            ON CONFLICT DO UPDATE SET value = excluded.value
            """, doing: "note the state of the store")
    }
}
