internal import Events
internal import Store

/// Reads stored profiler events, and the folds of sessions, as the decoder gave them, for what the columns do not hold.
final class SessionFactSource {
    private let find: Statement
    private let findAlignment: Statement
    private let findTime: Statement
    private let folds: SessionFoldRows
    let dimensions: DimensionRows
    let models: ModelRows
    private var decoder: MessageDecoder

    init(_ database: Database, _ folds: SessionFoldRows, _ dimensions: DimensionRows) throws(StoreError) {
        self.folds = folds
        self.dimensions = dimensions
        find = try database.prepare(
            """
            SELECT occurred_at, payload, completion_status, aptitude_score, technical_exposure_score, time_spent_seconds, started_at,
                   completed_at, foundations_transition_at, result_accepted, recommended_track_id, received_at, result_accepted_at,
                   user_id, override_track_id IS NOT NULL, admin_reset_by IS NOT NULL
            FROM main.profiler_events WHERE seq = ?
            """)
        findAlignment = try database.prepare("SELECT * FROM main._alignment_results WHERE seq = ?")
        findTime = try database.prepare("SELECT occurred_at FROM main.profiler_events WHERE seq = ?")
        models = try ModelRows(database)
        // Whatever was accepted once is good enough here. The times are taken from the columns, so it does not matter how they are read.
        var limits = DecodingLimits(maximumMessageBytes: .max)
        limits.requiresSession = false
        decoder = MessageDecoder(limits: limits)
    }

    /// The state of the session whose newest message is `seq`, read into `batch`; nil where there is no such message.
    func state(_ seq: Int64, into batch: DeliveryBatch) throws(StoreError) -> StoredSession? {
        let folded = try folds.read(seq, into: batch) { payload, received, occurred in
            decode(payload, received: received, occurred: occurred, in: batch)
        }
        if let folded { return folded }
        return try message(seq, into: batch)
    }

    /// A message as if it were all of its session, read into `batch`; nil where there is no such message.
    func message(_ seq: Int64, into batch: DeliveryBatch) throws(StoreError) -> StoredSession? {
        batch.removeAll()
        find.bind(1, seq)
        defer { find.reset() }
        guard try find.step() else { return nil }
        let body = batch.bytes.append(find.bytes(1))
        let decoded = decode(body, received: find.integer(11), occurred: find.integer(0), in: batch)
        var event = decoded ?? ProfilerTelemetry(identity: EventIdentity(eventID: .empty, occurredAt: 0))
        if decoded == nil { try readColumns(into: &event, batch) }
        event.startedAt = time(6)
        event.completedAt = time(7)
        event.foundationsTransitionAt = time(8)
        event.resultAcceptedAt = time(12)
        event.userID = batch.bytes.append(find.bytes(13))
        event.identity.occurredAt = find.integer(0)
        event.dimensions = try dimensions.read(seq, into: batch)
        var state = SessionState(first: event, in: batch, payload: body)
        // Columns that versions before 0.2 did not have; the session is shown with what they would say.
        let lacks = (event.overrideTrackID != nil) != (find.integer(14) != 0)
        if lacks || (event.adminResetBy != nil) != (find.integer(15) != 0) { state.isPlain = false }
        return StoredSession(state: state, alignment: try readAlignment(seq, into: batch))
    }

    func occurredAt(_ seq: Int64) throws(StoreError) -> Timestamp? {
        findTime.bind(1, seq)
        defer { findTime.reset() }
        return try findTime.step() ? findTime.integer(0) : nil
    }

    /// Nil where this version would refuse the payload.
    private func decode(
        _ body: ByteRange, received: Timestamp, occurred: Timestamp, in batch: DeliveryBatch
    ) -> ProfilerTelemetry? {
        batch.deliveries.append(Delivery(tag: 0, queue: .profiler, receivedAt: received, body: body))
        decoder.decide(0, in: batch, now: occurred)
        return batch.profilers.first
    }

    /// Of a payload that this version would refuse: what the columns say must do, and no message may wait for it.
    private func readColumns(into event: inout ProfilerTelemetry, _ batch: DeliveryBatch) throws(StoreError) {
        event.completionStatus = try find.word(2, of: EventTable.profiler.name)
        event.aptitudeScore = find.optionalDouble(3)
        event.technicalExposureScore = find.optionalDouble(4)
        event.timeSpentSeconds = find.optionalInteger(5)
        event.resultAccepted = find.optionalInteger(9).map { $0 != 0 }
        event.recommendedTrackID = find.isNull(10) ? nil : batch.bytes.append(find.bytes(10))
    }

    /// Nil for what the decoder takes for no time today; versions before 0.2 kept it.
    private func time(_ column: Int32) -> Timestamp? {
        guard let time = find.optionalInteger(column),
            DecodingLimits.isPlausible(time, receivedAt: find.integer(11))
        else { return nil }
        return time
    }

    private func readAlignment(_ seq: Int64, into batch: DeliveryBatch) throws(StoreError)
        -> (row: TrackAlignment, model: Int64)?
    {
        findAlignment.bind(1, seq)
        defer { findAlignment.reset() }
        guard try findAlignment.step() else { return nil }
        let model = findAlignment.integer(1)
        let tracks = try models.model(model).tracks.count
        let comparison = findAlignment.optionalInteger(Int32(5 + 2 * StoredModel.capacity))
        return (findAlignment.alignment(from: 1, values: 5, comparison, tracks: tracks, into: batch), model)
    }
}

extension Statement {
    /// An alignment: model, answers, share and top track from column `first` on, values from column `values` on, which go into `batch`.
    func alignment(
        from first: Int32, values: Int32, _ stored: Int64?, tracks: Int, into batch: DeliveryBatch
    ) -> TrackAlignment {
        let start = batch.alignmentValues.count
        for half in [0, Int32(StoredModel.capacity)] {
            for place in 0..<Int32(tracks) {
                let column = values + half + place
                batch.alignmentValues.append(isNull(column) ? .nan : double(column))
            }
        }
        // Of an older row, which says nothing of what can be compared, the defaults of today.
        let comparison =
            stored.map { AlignmentComparison(rawValue: UInt8(truncatingIfNeeded: $0)) }
            ?? (!isNull(first + 3) && double(first + 2) >= 1 ? .isComparable : [])
        return TrackAlignment(
            delivery: 0, isShadow: false, answers: Int(integer(first + 1)), share: double(first + 2),
            topTrack: optionalInteger(first + 3).map { Int($0) }, values: start..<batch.alignmentValues.count,
            comparison: comparison)
    }
}
