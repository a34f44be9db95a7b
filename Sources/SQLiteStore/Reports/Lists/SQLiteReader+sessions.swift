internal import Events
package import Store

extension SQLiteReader {
    @available(*, noasync)
    package func sessions(
        _ filter: SessionListFilter, _ order: ListOrder<SessionOrder>, _ place: ListPlace, count: Int,
        _ limit: ReadLimit
    ) throws(ListError) -> ListPage<SessionRow> {
        try page(plan(filter, order), place, count: count, limit) { numbers throws(StoreError) in
            try sessionRows(numbers)
        }
    }

    @available(*, noasync)
    package func count(of filter: SessionListFilter, _ limit: ReadLimit) throws(ListError) -> ListCount {
        try count(plan(filter, ListOrder(.date)), limit)
    }

    private func plan(_ filter: SessionListFilter, _ order: ListOrder<SessionOrder>) -> ListPlan {
        var conditions = ListConditions()
        func member(_ name: String) -> String { SessionColumns.member(name) }
        conditions.add(SessionColumns.isNewest)
        conditions.add(member("completion_status"), isOneOf: filter.statuses)
        conditions.add(member("recommended_track_id"), isOneOf: filter.tracks)
        conditions.add(member("work_style_cluster"), isOneOf: filter.workStyles)
        conditions.add(member("difficulty_selection"), isOneOf: filter.difficulties)
        conditions.add(member("result_accepted"), "=", filter.isAccepted.map { $0 ? 1 : 0 as Int64 })
        if filter.isViolation {
            conditions.add("\(member("attempt_count")) > 1 AND \(member("admin_reset_by")) IS NULL")
        }
        conditions.add(SessionColumns.drift, ">", filter.driftAbove)
        conditions.add(warning: filter.warning)
        let by: ListPlan.Order =
            switch order.key {
            case .date: .time
            case .status:
                .words(
                    column: member("completion_status"),
                    words: CompletionStatus.allCases.map(\.rawValue).inByteOrder)
            case .aptitude: .column(member("aptitude_score"))
            case .exposure: .column(member("technical_exposure_score"))
            case .duration: .column(member("time_spent_seconds"))
            // The largest first.
            case .drift: .column("-(\(SessionColumns.drift))")
            }
        var plan = ListPlan(
            .profiler, conditions, from: filter.from, to: filter.to, by: by, isReversed: order.isReversed,
            name: "sessions \(order.text)")
        plan.join = SessionColumns.join
        // Told from the index: half of the messages need not be read.
        plan.entryCondition = SessionColumns.isEntryOfNewest
        plan.narrow(to: filter.user, of: "user_id")
        return plan
    }

    func sessionRows(_ numbers: [Int64]) throws(StoreError) -> [SessionRow] {
        let names = [
            "completion_status", "aptitude_score", "technical_exposure_score", "overall_score", "behavioral_score",
            "work_style_cluster", "difficulty_selection", "recommended_track_id", "track_confidence", "result_accepted",
            "override_track_id", "attempt_count", "started_at", "completed_at", "result_accepted_at",
            "foundations_transition_at", "time_spent_seconds",
        ]
        let row = try database.prepare(
            """
            SELECT e.session_id, e.user_id, e.seq, e.event_id, e.occurred_at, e.received_at,
                   \(names.map(SessionColumns.member).joined(separator: ", ")),
                   iif(fold.seq IS NULL, e.admin_reset_by IS NOT NULL, fold.resets <> '[]'),
                   (
                       SELECT track FROM _alignment_tracks
                       WHERE model_id = \(SessionColumns.alignment("model_id")) AND place = \(SessionColumns.alignment("top_track"))
                   ),
                   \(SessionColumns.drift), \(SessionColumns.agrees)
            FROM profiler_events AS e \(SessionColumns.join) WHERE e.seq = ?
            """)
        let warnings = try EventWarnings(database)
        return try database.rows(numbers, row) { row throws(StoreError) in
            var session = SessionRow(
                session: row.text(0), user: row.text(1), seq: row.integer(2), eventID: row.text(3),
                occurredAt: row.integer(4), receivedAt: row.integer(5), status: row.text(6),
                wasReset: row.integer(23) != 0,
                warnings: try warnings.codes(
                    seq: row.integer(2), occurredAt: row.integer(4), eventID: row.text(3)))
            session.aptitude = row.optionalDouble(7)
            session.exposure = row.optionalDouble(8)
            session.overall = row.optionalDouble(9)
            session.behavioral = row.optionalDouble(10)
            session.workStyle = row.optionalText(11)
            session.difficulty = row.optionalText(12)
            session.recommendedTrack = row.optionalText(13)
            session.trackConfidence = row.optionalDouble(14)
            session.isAccepted = row.optionalInteger(15).map { $0 != 0 }
            session.overrideTrack = row.optionalText(16)
            session.attempts = row.optionalInteger(17)
            session.startedAt = row.optionalInteger(18)
            session.completedAt = row.optionalInteger(19)
            session.acceptedAt = row.optionalInteger(20)
            session.transitionAt = row.optionalInteger(21)
            session.seconds = row.optionalInteger(22)
            session.topTrack = row.optionalText(24)
            session.drift = row.optionalDouble(25)
            session.agrees = row.optionalInteger(26).map { $0 != 0 }
            return session
        }
    }
}
