internal import Events
internal import Rollups
package import Store

extension SQLiteReader {
    @available(*, noasync)
    package func outcomes(
        _ filter: OutcomeFilter, _ order: ListOrder<OutcomeOrder>, _ place: ListPlace, count: Int, _ limit: ReadLimit
    ) throws(ListError) -> ListPage<OutcomeRow> {
        let plan = try listing { () throws(StoreError) in try self.plan(filter, order) }
        return try page(plan, place, count: count, limit) { numbers throws(StoreError) in try outcomes(numbers) }
    }

    @available(*, noasync)
    package func count(of filter: OutcomeFilter, _ limit: ReadLimit) throws(ListError) -> ListCount {
        try count(listing { () throws(StoreError) in try plan(filter, ListOrder(.date)) }, limit)
    }

    @available(*, noasync)
    package func arrivals(of filter: OutcomeFilter, since mark: Int64, _ limit: ReadLimit) throws(ListError)
        -> ListCount
    {
        let plan = try listing { () throws(StoreError) in try self.plan(filter, ListOrder(.date)) }
        return try arrivals(plan, since: mark, limit)
    }

    private func plan(_ filter: OutcomeFilter, _ order: ListOrder<OutcomeOrder>) throws(StoreError) -> ListPlan {
        var conditions = ListConditions()
        conditions.add("e.outcome_status", isOneOf: filter.statuses)
        conditions.add("e.explanation_version", isOneOf: filter.versions)
        conditions.add("e.resolution_time_hours", ">=", filter.minimumHours)
        conditions.add("e.resolution_time_hours", "<=", filter.maximumHours)
        conditions.add(warning: filter.warning)
        let by: ListPlan.Order =
            switch order.key {
            case .date: .time
            case .status: .words(column: "e.outcome_status", words: OutcomeStatus.allCases.map(\.rawValue).inByteOrder)
            case .signal: .column("e.risk_signal_id")
            case .resolution: .column("e.resolution_time_hours")
            case .version: try words(.explanationVersion, of: "explanation_version")
            case .received: .arrival
            }
        var plan = ListPlan(
            .outcome, conditions, from: filter.from, to: filter.to, by: by, isReversed: order.isReversed,
            name: "outcomes \(order.text)")
        plan.narrow(
            to: filter.signal, of: "risk_signal_id", index: "sqlite_autoindex_decision_outcome_snapshots_1")
        return plan
    }

    func outcomes(_ numbers: [Int64]) throws(StoreError) -> [OutcomeRow] {
        let row = try database.prepare(
            """
            SELECT seq, event_id, occurred_at, received_at, risk_signal_id, outcome_status, resolution_time_hours, admin_note_id,
                   explanation_version, extra
            FROM decision_outcome_snapshots WHERE seq = ?
            """)
        let warnings = try EventWarnings(database)
        let steps = try SignalSteps(database)
        return try database.rows(numbers, row) { row throws(StoreError) in
            var outcome = OutcomeRow(
                seq: row.integer(0), eventID: row.text(1), occurredAt: row.integer(2), receivedAt: row.integer(3),
                signal: row.integer(4), status: row.text(5), resolutionHours: row.optionalDouble(6),
                noteID: row.optionalInteger(7), version: row.text(8), extra: row.optionalText(9),
                warnings: try warnings.codes(
                    seq: row.integer(0), occurredAt: row.integer(2), eventID: row.text(1)))
            (outcome.lastRecommendation, outcome.lastAction) = try steps.last(of: outcome.signal)
            return outcome
        }
    }
}

/// Finds the newest recommendation events of signals.
private struct SignalSteps {
    /// Of a signal with more events the newest by number are looked at.
    private static let limit = 1000
    private let find: Statement

    init(_ database: Database) throws(StoreError) {
        find = try database.prepare(
            """
            SELECT seq, occurred_at, recommendation_type, action_taken
            FROM decision_recommendation_events INDEXED BY decision_recommendation_events_signal
            WHERE risk_signal_id = ? ORDER BY seq DESC LIMIT \(Self.limit)
            """)
    }

    /// Whatever it is, and what is more than a view.
    func last(of signal: Int64) throws(StoreError) -> (any: OutcomeRow.SignalStep?, action: OutcomeRow.SignalStep?) {
        find.bind(1, signal)
        defer { find.reset() }
        var last: (any: OutcomeRow.SignalStep?, action: OutcomeRow.SignalStep?)
        func isNewer(_ time: Timestamp, than step: OutcomeRow.SignalStep?) -> Bool {
            step.map { time > $0.occurredAt } ?? true
        }
        while try find.step() {
            let time = find.integer(1)
            guard isNewer(time, than: last.any) || isNewer(time, than: last.action) else { continue }
            let step = OutcomeRow.SignalStep(
                seq: find.integer(0), occurredAt: time, type: find.text(2), action: find.text(3))
            if isNewer(time, than: last.any) { last.any = step }
            let isView = step.action == RecommendationAction.viewed.rawValue
            if !isView, isNewer(time, than: last.action) { last.action = step }
        }
        return last
    }
}
