package import Events
package import Store

extension SQLiteReader {
    @available(*, noasync)
    package func viewActivity(of admins: [Int64], from: Timestamp, to: Timestamp, deadline: ContinuousClock.Instant)
        throws(ListError) -> [AdminActivity]
    {
        var activities: [AdminActivity] = []
        let isInTime = try database.run(until: deadline) { () throws(StoreError) in
            let rows = try database.prepare(
                """
                SELECT event_type, count(*), max(occurred_at) FROM admin_view_telemetry INDEXED BY _views_by_admin
                WHERE admin_user_id = ? AND occurred_at >= ? AND occurred_at < ? GROUP BY event_type ORDER BY event_type
                """)
            for admin in admins {
                rows.bind(1, admin)
                rows.bind(2, from)
                rows.bind(3, to)
                defer { rows.reset() }
                var activity = AdminActivity(admin: admin, counts: [], lastAt: nil)
                while try rows.step() {
                    activity.counts.append(.init(type: rows.text(0), count: rows.integer(1)))
                    activity.lastAt = max(activity.lastAt ?? .min, rows.integer(2))
                }
                activities.append(activity)
            }
        }
        guard isInTime else { throw .tooSlow }
        return activities
    }
}
