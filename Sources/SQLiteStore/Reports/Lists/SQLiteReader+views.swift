internal import Events
internal import Rollups
package import Store

extension SQLiteReader {
    @available(*, noasync)
    package func views(
        _ filter: ViewFilter, _ order: ListOrder<ViewOrder>, _ place: ListPlace, count: Int, _ limit: ReadLimit
    ) throws(ListError) -> ListPage<ViewRow> {
        let plan = try listing { () throws(StoreError) in try self.plan(filter, order) }
        return try page(plan, place, count: count, limit) { numbers throws(StoreError) in try views(numbers) }
    }

    @available(*, noasync)
    package func count(of filter: ViewFilter, _ limit: ReadLimit) throws(ListError) -> ListCount {
        try count(listing { () throws(StoreError) in try plan(filter, ListOrder(.date)) }, limit)
    }

    @available(*, noasync)
    package func arrivals(of filter: ViewFilter, since mark: Int64, _ limit: ReadLimit) throws(ListError)
        -> ListCount
    {
        let plan = try listing { () throws(StoreError) in try self.plan(filter, ListOrder(.date)) }
        return try arrivals(plan, since: mark, limit)
    }

    private func plan(_ filter: ViewFilter, _ order: ListOrder<ViewOrder>) throws(StoreError) -> ListPlan {
        var conditions = ListConditions()
        conditions.add("e.event_type", isOneOf: filter.types)
        conditions.add("e.explanation_version", isOneOf: filter.versions)
        conditions.add(warning: filter.warning)
        let by: ListPlan.Order =
            switch order.key {
            case .date: .time
            case .admin: .column("e.admin_user_id")
            case .type: .words(column: "e.event_type", words: ViewType.allCases.map(\.rawValue).inByteOrder)
            case .signal: .column("e.risk_signal_id")
            case .version: try words(.explanationVersion, of: "explanation_version")
            case .received: .arrival
            }
        var plan = ListPlan(
            .view, conditions, from: filter.from, to: filter.to, by: by, isReversed: order.isReversed,
            name: "views \(order.text)")
        plan.narrow(to: filter.signal, of: "risk_signal_id", index: "admin_view_telemetry_signal")
        plan.narrow(to: filter.admin, of: "admin_user_id", index: "_views_by_admin")
        return plan
    }

    func views(_ numbers: [Int64]) throws(StoreError) -> [ViewRow] {
        let row = try database.prepare(
            """
            SELECT seq, event_id, occurred_at, received_at, admin_user_id, event_type, risk_signal_id, explanation_version, extra
            FROM admin_view_telemetry WHERE seq = ?
            """)
        let warnings = try EventWarnings(database)
        return try database.rows(numbers, row) { row throws(StoreError) in
            ViewRow(
                seq: row.integer(0), eventID: row.text(1), occurredAt: row.integer(2), receivedAt: row.integer(3),
                admin: row.integer(4), type: row.text(5), signal: row.optionalInteger(6), version: row.text(7),
                extra: row.optionalText(8),
                warnings: try warnings.codes(
                    seq: row.integer(0), occurredAt: row.integer(2), eventID: row.text(1)))
        }
    }
}
