internal import Events
internal import Rollups
internal import Store

/// Keeps the facts of recommendation cases true, whatever order events arrive in.
///
/// A case is what was recommended (type) by one explanation (version) about one signal. Most signals have a handful of events, which are read
/// again, by the index of signals, with each new one: nothing has to be kept of them. Where a signal has more than ``smallSignal``, the states of
/// its cases are kept in `_large_cases`, and an event costs a row of that table, however many there are.
final class RecommendationCases: Entity {
    /// A signal with more recommendation events than this is large. What is kept depends on it: with another number stores must be rebuilt.
    static let smallSignal = 16

    private let findRows: Statement
    private let findOutcome: Statement
    private let large: LargeCases
    private var signals: SignalMap
    /// The texts of the small signal's cases.
    private var keys = FactWriter()
    private var cases: [Found] = []

    /// A case of a small signal.
    private struct Found {
        var type: Range<Int>
        var version: Range<Int>
        var state: CaseState
    }

    static var tables: [EntityTable] {
        [
            EntityTable(name: "_large_cases", key: "risk_signal_id") {
                "_large_cases has other states of the cases of signal \($0.integer(0))"
            }
        ]
    }

    static func rebuild(_ database: Database, _ rollups: inout RollupFold) throws(StoreError) {
        try StoredCases(database).note(&rollups)
    }

    init(_ database: Database, in place: RollupSchema.Place) throws(StoreError) {
        findRows = try database.prepare(
            """
            SELECT recommendation_type, explanation_version, action_taken, occurred_at, seq, confidence_at_time,
                   admin_user_id
            FROM decision_recommendation_events INDEXED BY decision_recommendation_events_signal
            WHERE risk_signal_id = ? AND seq < ? LIMIT \(Self.smallSignal + 1)
            """)
        findOutcome = try database.prepare(
            "SELECT outcome_status, occurred_at FROM decision_outcome_snapshots WHERE risk_signal_id = ?")
        large = try LargeCases(database, in: place)
        signals = try SignalMap(database)
    }

    /// Somebody else has written to the store.
    func forget() { signals.forget() }

    /// Takes note of an event just stored, which is the newest.
    func note(
        _ event: IntelligenceEvent, seq: Int64, bytes: borrowing ByteArena, _ rollups: inout RollupFold
    ) throws(StoreError) {
        switch event.kind {
        case .recommendation(let recommendation):
            try note(recommendation, of: event, seq: seq, bytes, &rollups)
        case .outcome(let outcome):
            try note(
                CaseOutcome(status: outcome.status, occurredAt: event.identity.occurredAt), of: outcome.riskSignalID,
                seq: seq, &rollups)
        case .view: break
        }
    }

    private func note(
        _ recommendation: IntelligenceEvent.Recommendation, of event: IntelligenceEvent, seq: Int64,
        _ bytes: borrowing ByteArena, _ rollups: inout RollupFold
    ) throws(StoreError) {
        let signal = recommendation.riskSignalID
        let (type, version) = (bytes[recommendation.recommendationType], bytes[event.explanationVersion])
        let standing = try signals.standing(of: signal, before: seq)
        signals.note(signal, .recommendation)
        let count = try readSmall(signal, standing, before: seq)
        let isLarge = count > Self.smallSignal
        let old = isLarge ? try large.state(signal, type, version) : state(type, version)
        var new = old ?? CaseState()
        new.note(
            recommendation.action, at: CaseState.Moment(occurredAt: event.identity.occurredAt, seq: seq),
            confidence: recommendation.confidence, admin: recommendation.adminUserID)
        if isLarge {
            if new != old { try large.put(signal, type, version, new) }
        } else if count == Self.smallSignal {
            for found in cases { try large.put(signal, text(found.type), text(found.version), found.state) }
            try large.put(signal, type, version, new)
        }
        // What came later than the first of its kind changes nothing.
        guard new != old else { return }
        let oldFact: CaseFact? = if let old { try old.fact(type: type, version: version, names: &rollups) } else { nil }
        let newFact = try new.fact(type: type, version: version, names: &rollups)
        let (oldView, newView) = (old?.firstView?.moment.occurredAt, new.firstView?.moment.occurredAt)
        if oldView != newView || oldFact != newFact {
            if let oldFact, let oldView { rollups.note(oldFact, at: oldView, isRetraction: true) }
            if let newView { rollups.note(newFact, at: newView, isRetraction: false) }
        }
        guard standing.mayHaveEnded, oldFact != newFact, let outcome = try outcome(of: signal) else { return }
        if oldFact != nil || count == 0 { outcome.note(oldFact, in: &rollups, isRetraction: true) }
        outcome.note(newFact, in: &rollups)
    }

    /// An outcome is a fact for each case of its signal. There is one outcome of a signal, so that none of its cases is read here twice.
    private func note(_ outcome: CaseOutcome, of signal: Int64, seq: Int64, _ rollups: inout RollupFold)
        throws(StoreError)
    {
        let standing = try signals.standing(of: signal, before: seq)
        signals.note(signal, .outcome)
        let count = try readSmall(signal, standing, before: seq)
        if count == 0 { return outcome.note(nil, in: &rollups) }
        guard count <= Self.smallSignal else {
            return try large.forEach(of: signal) { type, version, state throws(StoreError) in
                outcome.note(try state.fact(type: type, version: version, names: &rollups), in: &rollups)
            }
        }
        for found in cases {
            let fact = try found.state.fact(type: text(found.type), version: text(found.version), names: &rollups)
            outcome.note(fact, in: &rollups)
        }
    }

    // MARK: Small signals

    /// Reads the cases of a signal as they were before an event, and how many recommendation events it had, or one more than
    /// ``smallSignal`` where it had more.
    private func readSmall(_ signal: Int64, _ standing: SignalMap.Standing, before seq: Int64) throws(StoreError) -> Int
    {
        keys.removeAll()
        cases.removeAll(keepingCapacity: true)
        guard standing.mayBeRecommended else { return 0 }
        findRows.bind(1, signal)
        findRows.bind(2, seq)
        defer { findRows.reset() }
        var count = 0
        while try findRows.step() {
            count += 1
            guard count <= Self.smallSignal else { break }
            let table = EventTable.recommendation.name
            let moment = CaseState.Moment(occurredAt: findRows.integer(3), seq: findRows.integer(4))
            cases[place(findRows.bytes(0), findRows.bytes(1))].state.note(
                try findRows.word(2, of: table), at: moment, confidence: try findRows.optionalWord(5, of: table),
                admin: findRows.integer(6))
        }
        return count
    }

    private func text(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: keys.bytes[range])
    }

    private func find(_ type: UnsafeRawBufferPointer, _ version: UnsafeRawBufferPointer) -> Int? {
        cases.firstIndex { text($0.type).isSame(as: type) && text($0.version).isSame(as: version) }
    }

    private func state(_ type: UnsafeRawBufferPointer, _ version: UnsafeRawBufferPointer) -> CaseState? {
        find(type, version).map { cases[$0].state }
    }

    /// Of the case, which is made where it is new.
    private func place(_ type: UnsafeRawBufferPointer, _ version: UnsafeRawBufferPointer) -> Int {
        if let known = find(type, version) { return known }
        let start = keys.count
        keys.append(type)
        let middle = keys.count
        keys.append(version)
        cases.append(Found(type: start..<middle, version: middle..<keys.count, state: CaseState()))
        return cases.count - 1
    }

    private func outcome(of signal: Int64) throws(StoreError) -> CaseOutcome? {
        findOutcome.bind(1, signal)
        defer { findOutcome.reset() }
        guard try findOutcome.step() else { return nil }
        return CaseOutcome(
            status: try findOutcome.word(0, of: EventTable.outcome.name), occurredAt: findOutcome.integer(1))
    }
}
