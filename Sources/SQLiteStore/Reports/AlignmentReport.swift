package import Events
package import Store

extension SQLiteReader {
    @available(*, noasync)
    package func alignments(from: Timestamp, to: Timestamp, deadline: ContinuousClock.Instant) throws(ListError)
        -> AlignmentReport
    {
        var report = AlignmentReport(tops: [], drifts: [], shadows: [])
        let isInTime = try database.run(until: deadline) { () throws(StoreError) in
            let tracks = try TrackNames(database)
            try addComparisons(from, to, tracks, to: &report)
            try addShadows(from, to, tracks, to: &report)
        }
        guard isInTime else { throw .tooSlow }
        return report
    }

    /// The newest message of each session in the window, as `e`.
    private static func sessions(joining more: String) -> String {
        """
        FROM _event_identities AS i CROSS JOIN profiler_events AS e ON e.seq = \(EventPlace.seqSQL) \(SessionColumns.join) \(more)
        WHERE i.kind = \(EventTable.profiler.rawValue) AND i.occurred_at >= ?1 AND i.occurred_at < ?2 AND \(SessionColumns.isNewest)
        """
    }

    private func addComparisons(
        _ from: Timestamp, _ to: Timestamp, _ tracks: TrackNames, to report: inout AlignmentReport
    ) throws(StoreError) {
        let places = 0..<StoredModel.capacity
        let reported = places.map { "\(SessionColumns.alignment("reported_\($0)")) AS r\($0)" }
        let highest = places.map { "coalesce(r\($0), -1)" }.joined(separator: ", ")
        let first = places.map { "WHEN r\($0) THEN \($0)" }.joined(separator: " ")
        let rows = try database.prepare(
            """
            SELECT model, top, CASE highest \(first) END AS reported, min(CAST(drift / \(AlignmentReport.bucketPoints) AS INTEGER), \(AlignmentReport.buckets - 1)) AS bucket,
                   count(*)
            FROM (
                SELECT *, max(\(highest)) AS highest FROM (
                    SELECT \(SessionColumns.alignment("model_id")) AS model, \(SessionColumns.alignment("top_track")) AS top,
                           \(SessionColumns.alignment("comparison")) AS comparison, \(SessionColumns.drift) AS drift,
                           \(reported.joined(separator: ", "))
                    \(Self.sessions(joining: ""))
                ) WHERE comparison & 1 = 1 AND top IS NOT NULL
            ) WHERE highest >= 0 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
            """)
        rows.bind(1, from)
        rows.bind(2, to)
        while try rows.step() {
            let (number, count) = (rows.integer(0), rows.integer(4))
            guard let model = tracks.model(number), let computed = tracks.name(number, rows.integer(1)),
                let reported = tracks.name(number, rows.integer(2))
            else { continue }
            report.add(model, computed, reported, bucket: rows.optionalInteger(3).map { Int($0) }, count)
        }
    }

    private func addShadows(
        _ from: Timestamp, _ to: Timestamp, _ tracks: TrackNames, to report: inout AlignmentReport
    ) throws(StoreError) {
        guard try database.integer("SELECT 1 FROM _alignment_shadow_results LIMIT 1") != nil else { return }
        let rows = try database.prepare(
            """
            SELECT \(SessionColumns.alignment("model_id")), \(SessionColumns.alignment("top_track")), shadow.model_id, shadow.top_track, count(*)
            \(Self.sessions(joining: "JOIN _alignment_shadow_results AS shadow ON shadow.seq = e.seq"))
            AND shadow.top_track IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
            """)
        rows.bind(1, from)
        rows.bind(2, to)
        while try rows.step() {
            if rows.isNull(0) || rows.isNull(1) { continue }
            guard let model = tracks.model(rows.integer(0)), let shadow = tracks.model(rows.integer(2)),
                let top = tracks.name(rows.integer(0), rows.integer(1)),
                let shadowTop = tracks.name(rows.integer(2), rows.integer(3))
            else { continue }
            report.shadows.append(
                .init(model: model, shadow: shadow, top: top, shadowTop: shadowTop, count: rows.integer(4)))
        }
    }
}

extension AlignmentReport {
    fileprivate mutating func add(_ model: Model, _ computed: String, _ reported: String, bucket: Int?, _ count: Int64)
    {
        // The rows come in the order of models and tracks.
        if let last = tops.indices.last, tops[last].model == model, ByteKey(tops[last].computed) == ByteKey(computed),
            ByteKey(tops[last].reported) == ByteKey(reported)
        {
            tops[last].count += count
        } else {
            tops.append(Tops(model: model, computed: computed, reported: reported, count: count))
        }
        guard let bucket, bucket >= 0 else { return }
        if drifts.last?.model != model {
            drifts.append(Drifts(model: model, counts: Array(repeating: 0, count: Self.buckets)))
        }
        drifts[drifts.count - 1].counts[bucket] += count
    }
}

/// The models that have scored and their tracks.
private struct TrackNames {
    private var models: [Int64: AlignmentReport.Model] = [:]
    private var tracks: [Int64: [Int64: String]] = [:]

    init(_ database: Database) throws(StoreError) {
        let names = try database.prepare("SELECT id, model, version FROM _alignment_models")
        while try names.step() { models[names.integer(0)] = .init(name: names.text(1), version: names.text(2)) }
        let rows = try database.prepare("SELECT model_id, place, track FROM _alignment_tracks")
        while try rows.step() { tracks[rows.integer(0), default: [:]][rows.integer(1)] = rows.text(2) }
    }

    func model(_ number: Int64) -> AlignmentReport.Model? { models[number] }
    func name(_ model: Int64, _ place: Int64) -> String? { tracks[model]?[place] }
}
