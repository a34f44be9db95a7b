internal import Events
internal import Rollups
package import Store

extension SQLiteReader {
    @available(*, noasync)
    package func recommendations(
        _ filter: RecommendationFilter, _ order: ListOrder<RecommendationOrder>, _ place: ListPlace, count: Int,
        _ limit: ReadLimit
    ) throws(ListError) -> ListPage<RecommendationRow> {
        let plan = try listing { () throws(StoreError) in try self.plan(filter, order) }
        return try page(plan, place, count: count, limit) { numbers throws(StoreError) in try recommendations(numbers) }
    }

    @available(*, noasync)
    package func count(of filter: RecommendationFilter, _ limit: ReadLimit) throws(ListError) -> ListCount {
        try count(listing { () throws(StoreError) in try plan(filter, ListOrder(.date)) }, limit)
    }

    @available(*, noasync)
    package func arrivals(of filter: RecommendationFilter, since mark: Int64, _ limit: ReadLimit) throws(ListError)
        -> ListCount
    {
        let plan = try listing { () throws(StoreError) in try self.plan(filter, ListOrder(.date)) }
        return try arrivals(plan, since: mark, limit)
    }

    private func plan(_ filter: RecommendationFilter, _ order: ListOrder<RecommendationOrder>) throws(StoreError)
        -> ListPlan
    {
        var conditions = ListConditions()
        conditions.add("e.action_taken", isOneOf: filter.actions)
        conditions.add("e.recommendation_type", isOneOf: filter.types)
        conditions.add("coalesce(e.confidence_at_time, '')", isOneOf: filter.confidences)
        conditions.add("e.explanation_version", isOneOf: filter.versions)
        conditions.add("e.decision_time_ms", ">=", filter.minimumMilliseconds)
        conditions.add("e.decision_time_ms", "<=", filter.maximumMilliseconds)
        if filter.isLate { conditions.add("e.received_at > e.occurred_at + 3600000000") }
        conditions.add(warning: filter.warning)
        let by: ListPlan.Order =
            switch order.key {
            case .date: .time
            case .action:
                .words(column: "e.action_taken", words: RecommendationAction.allCases.map(\.rawValue).inByteOrder)
            case .signal: .column("e.risk_signal_id")
            case .version: try words(.explanationVersion, of: "explanation_version")
            case .admin: .column("e.admin_user_id")
            case .type: try words(.recommendationType, of: "recommendation_type")
            case .decisionTime: .column("e.decision_time_ms")
            case .received: .arrival
            }
        var plan = ListPlan(
            .recommendation, conditions, from: filter.from, to: filter.to, by: by, isReversed: order.isReversed,
            name: "recommendations \(order.text)")
        plan.narrow(to: filter.signal, of: "risk_signal_id", index: "decision_recommendation_events_signal")
        plan.narrow(to: filter.admin, of: "admin_user_id", index: "_recommendations_by_admin")
        return plan
    }

    func recommendations(_ numbers: [Int64]) throws(StoreError) -> [RecommendationRow] {
        let row = try database.prepare(
            """
            SELECT seq, event_id, occurred_at, received_at, risk_signal_id, admin_user_id, recommendation_type, action_taken,
                   confidence_at_time, decision_time_ms, explanation_version, propensity, extra
            FROM decision_recommendation_events WHERE seq = ?
            """)
        let warnings = try EventWarnings(database)
        return try database.rows(numbers, row) { row throws(StoreError) in
            RecommendationRow(
                seq: row.integer(0), eventID: row.text(1), occurredAt: row.integer(2), receivedAt: row.integer(3),
                signal: row.integer(4), admin: row.integer(5), type: row.text(6), action: row.text(7),
                confidence: row.optionalText(8), decisionMilliseconds: row.optionalInteger(9), version: row.text(10),
                propensity: row.optionalDouble(11), extra: row.optionalText(12),
                warnings: try warnings.codes(
                    seq: row.integer(0), occurredAt: row.integer(2), eventID: row.text(1)))
        }
    }
}
