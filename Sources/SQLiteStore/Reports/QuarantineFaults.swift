package import Events
package import Store

extension SQLiteReader {
    @available(*, noasync)
    package func quarantineFaults(
        _ filter: QuarantineFilter, by grouping: QuarantineGrouping, now: Timestamp, hours: Int,
        deadline: ContinuousClock.Instant
    ) throws(ListError) -> QuarantineFaults {
        try database.reading { () throws(ListError) in
            var merge = FaultMerge(grouping, hours: hours, endingAt: now)
            let isInTime = try database.run(until: deadline) { () throws(StoreError) in
                let byFault = ListConditions(faults: filter)
                try database.collect(filter, byFault, into: &merge)
                if hours > 0 { try database.collectHours(filter, byFault, into: &merge) }
            }
            guard isInTime else { throw .tooSlow }
            let sorted = merge.groups.filter { $0.count(in: filter.state) > 0 }.sorted {
                ($0.fault.unresolved, $0.fault.total, $0.newestID) > ($1.fault.unresolved, $1.fault.total, $1.newestID)
            }
            let rest = sorted.dropFirst(QuarantineFaults.maximum)
            return try listing { () throws(StoreError) in
                QuarantineFaults(
                    faults: try database.withSamples(sorted.prefix(QuarantineFaults.maximum)), leftOut: rest.count,
                    leftOutMessages: rest.reduce(0) { $0 + $1.fault.total })
            }
        }
    }
}

extension Database {
    /// Newer messages that are looked at for one that is unresolved.
    private static var samples: Int { 1000 }

    /// From the rows of `_quarantine_faults` where they tell enough, else from all messages that are meant.
    fileprivate func collect(_ filter: QuarantineFilter, _ byFault: ListConditions?, into merge: inout FaultMerge)
        throws(StoreError)
    {
        let key = "fault.id, fault.queue, fault.reason, shape, explanation_version, app_id, event_type"
        let rows: Statement
        if let byFault {
            rows = try prepare(
                """
                SELECT \(key), total, replayed, discarded, first_received_at, last_received_at, newest_id, NULL
                FROM _quarantine_faults AS fault WHERE \(byFault.sql)
                """)
            byFault.bind(to: rows)
        } else {
            let conditions = ListConditions(filter.inAnyState)
            rows = try prepare(
                """
                SELECT \(key), found.* FROM (
                    SELECT count(*), count(CASE WHEN action = 'replay' THEN 1 END), count(CASE WHEN action = 'discard' THEN 1 END),
                           min(received_at), max(received_at), max(quarantine.id),
                           max(CASE WHEN action IS NULL THEN quarantine.id END), member.fault AS number
                    FROM \(filter.countedSource) JOIN _quarantine_members AS member ON member.quarantine_id = quarantine.id
                    WHERE \(conditions.sql) GROUP BY member.fault
                ) AS found JOIN _quarantine_faults AS fault ON fault.id = number
                """)
            conditions.bind(to: rows)
        }
        while try rows.step() { merge.add(rows) }
    }

    fileprivate func collectHours(
        _ filter: QuarantineFilter, _ byFault: ListConditions?, into merge: inout FaultMerge
    ) throws(StoreError) {
        var conditions = byFault ?? ListConditions(filter.inAnyState)
        let rows: Statement
        if byFault != nil {
            conditions.add("hour", ">=", merge.firstHour)
            rows = try prepare(
                """
                SELECT fault, hour, count FROM _quarantine_hours JOIN _quarantine_faults ON id = fault WHERE \(conditions.sql)
                """)
        } else {
            conditions.add("received_at", ">=", merge.firstHour * QuarantineFaults.hour)
            rows = try prepare(
                """
                SELECT member.fault, received_at / \(QuarantineFaults.hour) AS hour, count(*)
                FROM \(filter.countedSource) JOIN _quarantine_members AS member ON member.quarantine_id = quarantine.id
                WHERE \(conditions.sql) GROUP BY member.fault, hour
                """)
        }
        conditions.bind(to: rows)
        while try rows.step() { merge.add(rows.integer(2), of: rows.integer(0), in: rows.integer(1)) }
    }

    fileprivate func withSamples(_ groups: ArraySlice<FaultMerge.Group>) throws(StoreError) -> [QuarantineFault] {
        let detail = try prepare("SELECT detail FROM quarantine WHERE id = ?")
        let newestOpen = try prepare(
            """
            SELECT max(message) FROM (
                SELECT quarantine_id AS message FROM _quarantine_members WHERE fault = ? ORDER BY quarantine_id DESC LIMIT \(Self.samples)
            ) WHERE NOT EXISTS (SELECT 1 FROM quarantine_resolutions WHERE quarantine_id = message)
            """)
        var faults: [QuarantineFault] = []
        for group in groups {
            var fault = group.fault
            fault.sampleID = group.newestID
            if let open = group.newestWithOpen?.newestOpenID {
                fault.sampleID = open
            } else if fault.unresolved > 0, let row = group.newestWithOpen, row.hasResolved {
                newestOpen.bind(1, row.number)
                if try newestOpen.step() { fault.sampleID = newestOpen.optionalInteger(0) ?? row.newestID }
                newestOpen.reset()
            } else if let row = group.newestWithOpen {
                fault.sampleID = row.newestID
            }
            detail.bind(1, fault.sampleID)
            if try detail.step() { fault.sampleDetail = detail.text(0) }
            detail.reset()
            faults.append(fault)
        }
        return faults
    }
}

extension QuarantineFilter {
    fileprivate var inAnyState: QuarantineFilter {
        var filter = self
        filter.state = .all
        return filter
    }
}
