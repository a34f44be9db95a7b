internal import Events
internal import Rollups
internal import Store

/// Folds the recommendation cases of a store from all of its events, signal by signal.
///
/// The rows are sorted here and not read by the index of signals: what an index lacks would be missed.
final class StoredCases {
    private let rows: Statement
    private let outcomes: Statement
    private let largeSignals: Statement
    private let large: LargeCases
    private var outcome: (signal: Int64, outcome: CaseOutcome)?
    /// Whether that has been counted beside a case.
    private var isOutcomeCounted = false
    private var largeSignal: Int64?
    /// The case that the rows are of: its type and version are in `key`.
    private var signal: Int64?
    private var key = FactWriter()
    private var typeEnd = 0
    private var state = CaseState()

    init(_ database: Database) throws(StoreError) {
        rows = try database.prepare(
            """
            SELECT risk_signal_id, recommendation_type, explanation_version, action_taken, occurred_at, seq, confidence_at_time,
                   admin_user_id
            FROM main.decision_recommendation_events NOT INDEXED ORDER BY 1, 2, 3
            """)
        outcomes = try database.prepare(
            """
            SELECT risk_signal_id, outcome_status, occurred_at FROM main.decision_outcome_snapshots NOT INDEXED ORDER BY 1
            """)
        largeSignals = try database.prepare(
            """
            SELECT risk_signal_id FROM main.decision_recommendation_events NOT INDEXED GROUP BY 1
            HAVING count(*) > \(RecommendationCases.smallSignal) ORDER BY 1
            """)
        large = try LargeCases(database, in: .rebuilt)
    }

    /// Adds the facts of all cases, and keeps the states of those of large signals.
    func note(_ fold: inout RollupFold) throws(StoreError) {
        try nextOutcome()
        try nextLargeSignal()
        while try rows.step() {
            let (type, version) = (rows.bytes(1), rows.bytes(2))
            if signal != rows.integer(0) || !self.type.isSame(as: type) || !self.version.isSame(as: version) {
                try endCase(&fold)
                signal = rows.integer(0)
                key.removeAll()
                key.append(type)
                typeEnd = key.count
                key.append(version)
                state = CaseState()
            }
            let table = EventTable.recommendation.name
            state.note(
                try rows.word(3, of: table), at: CaseState.Moment(occurredAt: rows.integer(4), seq: rows.integer(5)),
                confidence: try rows.optionalWord(6, of: table), admin: rows.integer(7))
        }
        try endCase(&fold)
        try passOutcomes(before: nil, &fold)
    }

    private var type: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: key.bytes[..<typeEnd]) }
    private var version: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: key.bytes[typeEnd...]) }

    private func endCase(_ fold: inout RollupFold) throws(StoreError) {
        guard let signal else { return }
        try passOutcomes(before: signal, &fold)
        let fact = try state.fact(type: type, version: version, names: &fold)
        if let view = state.firstView { fold.note(fact, at: view.moment.occurredAt, isRetraction: false) }
        if let outcome, outcome.signal == signal {
            outcome.outcome.note(fact, in: &fold)
            isOutcomeCounted = true
        }
        while let largeSignal, largeSignal < signal { try nextLargeSignal() }
        if largeSignal == signal { try large.put(signal, type, version, state) }
        try fold.mergeIfFull()
    }

    /// Goes on to the first outcome of this signal or a later one; those of signals without a case are counted on the way.
    private func passOutcomes(before signal: Int64?, _ fold: inout RollupFold) throws(StoreError) {
        while let current = outcome, signal.map({ current.signal < $0 }) ?? true {
            if !isOutcomeCounted { current.outcome.note(nil, in: &fold) }
            try fold.mergeIfFull()
            try nextOutcome()
        }
    }

    private func nextOutcome() throws(StoreError) {
        outcome = nil
        isOutcomeCounted = false
        guard try outcomes.step() else { return }
        let status: OutcomeStatus = try outcomes.word(1, of: EventTable.outcome.name)
        outcome = (outcomes.integer(0), CaseOutcome(status: status, occurredAt: outcomes.integer(2)))
    }

    private func nextLargeSignal() throws(StoreError) {
        largeSignal = try largeSignals.step() ? largeSignals.integer(0) : nil
    }
}
