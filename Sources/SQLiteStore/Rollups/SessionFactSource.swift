internal import Events
internal import Store

/// Reads stored profiler events as the decoder gave them, for the facts that the columns do not hold.
final class SessionFactSource {
    struct Stored {
        let event: ProfilerTelemetry
        /// Holds the event's bytes; the next read empties it.
        let batch: DeliveryBatch
        let alignment: (row: TrackAlignment, model: Int64)?
    }

    private let database: Database
    private let find: Statement
    private let findAlignment: Statement
    let models: ModelRows
    private var decoder: MessageDecoder
    private let batch = DeliveryBatch()

    init(_ database: Database) throws(StoreError) {
        self.database = database
        find = try database.prepare(
            """
            SELECT occurred_at, payload, completion_status, aptitude_score, technical_exposure_score, time_spent_seconds, started_at,
                   completed_at, foundations_transition_at, result_accepted, recommended_track_id, received_at
            FROM main.profiler_events WHERE seq = ?
            """)
        findAlignment = try database.prepare("SELECT * FROM main._alignment_results WHERE seq = ?")
        models = try ModelRows(database)
        // Whatever was accepted once is good enough here. The times are taken from the columns, so it does not matter how they are read.
        var limits = DecodingLimits(maximumMessageBytes: .max)
        limits.requiresSession = false
        decoder = MessageDecoder(limits: limits)
    }

    /// Nil where there is no such event.
    func read(_ seq: Int64) throws(StoreError) -> Stored? {
        batch.removeAll()
        find.bind(1, seq)
        defer { find.reset() }
        guard try find.step() else { return nil }
        let occurredAt = find.integer(0)
        let body = batch.bytes.append(find.bytes(1))
        batch.deliveries.append(Delivery(tag: 0, queue: .profiler, receivedAt: find.integer(11), body: body))
        decoder.decide(0, in: batch, now: occurredAt)
        var event: ProfilerTelemetry
        if let decoded = batch.profilers.first { event = decoded } else { event = try fromColumns() }
        event.startedAt = time(6)
        event.completedAt = time(7)
        event.foundationsTransitionAt = time(8)
        event.identity.occurredAt = occurredAt
        return Stored(event: event, batch: batch, alignment: try readAlignment(seq))
    }

    /// Of a payload that this version would refuse: what the columns say must do, and no message may wait for it.
    private func fromColumns() throws(StoreError) -> ProfilerTelemetry {
        var event = ProfilerTelemetry(identity: EventIdentity(eventID: .empty, occurredAt: 0))
        event.completionStatus = try find.word(2, of: EventTable.profiler.name)
        event.aptitudeScore = find.isNull(3) ? nil : find.double(3)
        event.technicalExposureScore = find.isNull(4) ? nil : find.double(4)
        event.timeSpentSeconds = find.optionalInteger(5)
        event.resultAccepted = find.optionalInteger(9).map { $0 != 0 }
        event.recommendedTrackID = find.isNull(10) ? nil : batch.bytes.append(find.bytes(10))
        return event
    }

    /// Nil for what the decoder takes for no time today; versions before 0.2 kept it.
    private func time(_ column: Int32) -> Timestamp? {
        guard let time = find.optionalInteger(column),
            DecodingLimits.isPlausible(time, receivedAt: find.integer(11))
        else { return nil }
        return time
    }

    private func readAlignment(_ seq: Int64) throws(StoreError) -> (row: TrackAlignment, model: Int64)? {
        findAlignment.bind(1, seq)
        defer { findAlignment.reset() }
        guard try findAlignment.step() else { return nil }
        let model = findAlignment.integer(1)
        let tracks = try models.model(model).tracks
        for column in [5, 5 + StoredModel.capacity] {
            for place in tracks.indices {
                let column = Int32(column + place)
                batch.alignmentValues.append(findAlignment.isNull(column) ? .nan : findAlignment.double(column))
            }
        }
        let row = TrackAlignment(
            delivery: 0, isShadow: false, answers: Int(findAlignment.integer(2)), share: findAlignment.double(3),
            topTrack: findAlignment.optionalInteger(4).map { Int($0) }, values: 0..<batch.alignmentValues.count,
            comparison: comparison())
        return (row, model)
    }

    /// Of an older row, which says nothing, the defaults of today.
    private func comparison() -> AlignmentComparison {
        let column = Int32(5 + 2 * StoredModel.capacity)
        if let stored = findAlignment.optionalInteger(column) {
            return AlignmentComparison(rawValue: UInt8(truncatingIfNeeded: stored))
        }
        return !findAlignment.isNull(4) && findAlignment.double(3) >= 1 ? .isComparable : []
    }
}
