internal import Events
internal import JSON
internal import Store

/// The rows of `_session_folds`: sessions whose newest message does not say all of them.
final class SessionFoldRows {
    private let find: Statement
    private let put: Statement
    private let remove: Statement
    private let models: ModelRows
    private let dimensions: DimensionRows
    private static let firstMember: Int32 = 2
    private static let payload = firstMember + Int32(SessionSchema.members.count)
    private static let dimensions = payload + 1
    private static let firstAlignment = dimensions + 1
    private static let firstValue = firstAlignment + 5

    init(_ database: Database, in place: RollupSchema.Place, _ dimensions: DimensionRows) throws(StoreError) {
        self.dimensions = dimensions
        let columns =
            ["resets"] + SessionSchema.members.map(\.name) + ["payload", "dimensions"]
            + SessionSchema.alignment.map(\.name)
        find = try database.prepare(
            """
            SELECT event.occurred_at, fold.\(columns.joined(separator: ", fold.")), event.received_at, event.user_id
            FROM \(place)._session_folds AS fold JOIN main.profiler_events AS event ON event.seq = fold.seq WHERE fold.seq = ?
            """)
        put = try database.prepare(
            """
            INSERT OR REPLACE INTO \(place)._session_folds (seq, \(columns.joined(separator: ", ")))
            VALUES (?\(String(repeating: ", ?", count: columns.count)))
            """)
        remove = try database.prepare("DELETE FROM \(place)._session_folds WHERE seq = ?")
        models = try ModelRows(database)
    }

    func remove(_ seq: Int64) throws(StoreError) {
        remove.bind(1, seq)
        try remove.run(doing: "forget the fold of a session")
    }

    // MARK: Reading

    /// Nil where there is none. `decode` is given the payload, and reads its lists.
    func read(
        _ seq: Int64, into batch: DeliveryBatch,
        _ decode: (_ payload: ByteRange, _ received: Timestamp, _ occurred: Timestamp) -> ProfilerTelemetry?
    ) throws(StoreError) -> StoredSession? {
        find.bind(1, seq)
        defer { find.reset() }
        guard try find.step() else { return nil }
        batch.removeAll()
        let payload = batch.bytes.append(find.bytes(Self.payload))
        let (received, user) = (find.columnCount - 2, find.columnCount - 1)
        var event =
            decode(payload, find.integer(received), find.integer(0))
            ?? ProfilerTelemetry(identity: EventIdentity(eventID: .empty, occurredAt: 0))
        event.identity.occurredAt = find.integer(0)
        event.userID = batch.bytes.append(find.bytes(user))
        try readMembers(into: &event, batch)
        if !find.isNull(Self.dimensions) {
            event.dimensions = dimensions.read(find.bytes(Self.dimensions), into: batch)
        }
        let resets = Self.times(find.text(1))
        let state = SessionState(event, in: batch, payload: payload, resets: resets, isPlain: false)
        return StoredSession(state: state, alignment: try readAlignment(into: batch))
    }

    private func readMembers(into event: inout ProfilerTelemetry, _ batch: DeliveryBatch) throws(StoreError) {
        let (first, table) = (Self.firstMember, "_session_folds")
        func text(_ place: Int32) -> ByteRange? { find.isNull(place) ? nil : batch.bytes.append(find.bytes(place)) }
        event.completionStatus = try find.word(first, of: table)
        event.aptitudeScore = find.optionalDouble(first + 1)
        event.technicalExposureScore = find.optionalDouble(first + 2)
        event.overallScore = find.optionalDouble(first + 3)
        event.behavioralScore = find.optionalDouble(first + 4)
        event.workStyleCluster = try find.optionalWord(first + 5, of: table)
        event.difficultySelection = try find.optionalWord(first + 6, of: table)
        event.recommendedTrackID = text(first + 7)
        event.trackConfidence = find.optionalDouble(first + 8)
        event.resultAccepted = find.optionalInteger(first + 9).map { $0 != 0 }
        event.overrideTrackID = text(first + 10)
        event.attemptCount = find.optionalInteger(first + 11)
        event.adminResetBy = text(first + 12)
        event.startedAt = find.optionalInteger(first + 13)
        event.completedAt = find.optionalInteger(first + 14)
        event.resultAcceptedAt = find.optionalInteger(first + 15)
        event.foundationsTransitionAt = find.optionalInteger(first + 16)
        event.timeSpentSeconds = find.optionalInteger(first + 17)
    }

    private func readAlignment(into batch: DeliveryBatch) throws(StoreError) -> (row: TrackAlignment, model: Int64)? {
        guard let model = find.optionalInteger(Self.firstAlignment) else { return nil }
        let tracks = try models.model(model).tracks.count
        let comparison = find.optionalInteger(Self.firstAlignment + 4)
        return (
            find.alignment(
                from: Self.firstAlignment, values: Self.firstValue, comparison, tracks: tracks, into: batch), model
        )
    }

    /// A list of integers as JSON; written by ``write(_:seq:)``.
    private static func times(_ text: String) -> [Timestamp] {
        text.dropFirst().dropLast().split(separator: ",").compactMap { Timestamp($0) }
    }

    // MARK: Writing

    func write(_ session: StoredSession, seq: Int64) throws(StoreError) {
        let (event, batch) = (session.state.event, session.state.batch)
        let first = Self.firstMember + 1
        func text(_ place: Int32, _ range: ByteRange?) {
            if let range { put.bindText(place, batch.bytes[range]) } else { put.bindNull(place) }
        }
        func word(_ place: Int32, _ word: StaticString?) {
            if let word { put.bindText(place, word) } else { put.bindNull(place) }
        }
        put.bind(1, seq)
        put.bind(2, "[\(session.state.resets.map(String.init).joined(separator: ","))]")
        put.bindText(first, event.completionStatus.staticName)
        put.bind(first + 1, event.aptitudeScore)
        put.bind(first + 2, event.technicalExposureScore)
        put.bind(first + 3, event.overallScore)
        put.bind(first + 4, event.behavioralScore)
        word(first + 5, event.workStyleCluster?.staticName)
        word(first + 6, event.difficultySelection?.staticName)
        text(first + 7, event.recommendedTrackID)
        put.bind(first + 8, event.trackConfidence)
        put.bind(first + 9, event.resultAccepted.map { $0 ? 1 : 0 } as Int64?)
        text(first + 10, event.overrideTrackID)
        put.bind(first + 11, event.attemptCount)
        text(first + 12, event.adminResetBy)
        put.bind(first + 13, event.startedAt)
        put.bind(first + 14, event.completedAt)
        put.bind(first + 15, event.resultAcceptedAt)
        put.bind(first + 16, event.foundationsTransitionAt)
        put.bind(first + 17, event.timeSpentSeconds)
        put.bindText(Self.payload + 1, batch.bytes[session.state.payload])
        put.bind(Self.dimensions + 1, DimensionRows.text(event.dimensions, of: batch))
        bindAlignment(session)
        try put.run(doing: "write the fold of a session")
    }

    private func bindAlignment(_ session: StoredSession) {
        let (row, values) = (session.alignment?.row, session.state.batch.alignmentValues)
        let first = Self.firstAlignment + 1
        put.bind(first, session.alignment?.model)
        put.bind(first + 1, row.map { Int64($0.answers) })
        put.bind(first + 2, row?.topTrack == nil ? nil : row?.share)
        put.bind(first + 3, row?.topTrack.map { Int64($0) })
        put.bind(first + 4, row.map { Int64($0.comparison.rawValue) })
        let tracks = (row?.values.count ?? 0) / 2
        for half in 0..<2 {
            for place in 0..<StoredModel.capacity {
                let column = Self.firstValue + 1 + Int32(half * StoredModel.capacity + place)
                guard let row, place < tracks else {
                    put.bindNull(column)
                    continue
                }
                // NaN is bound as NULL by SQLite itself.
                put.bind(column, values[row.values.lowerBound + half * tracks + place])
            }
        }
    }
}
