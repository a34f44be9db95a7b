internal import Events
internal import Rollups
internal import Store

/// Takes note of what each batch adds to the metrics, and folds it into the rollups in the batch's own transaction.
///
/// A batch's facts are appended to `_rollup_pending`, the log, which readers count in. When it has grown to ``mergeBytes``, or ``mergeRows`` rows, it is merged into
/// `_rollup_cells` and `_rollup_facts`, within the transaction of the batch that filled it: a small batch then costs a row, and a sum that many
/// events share is written once for all of them. What is pending is the same in memory and in the log at every commit.
struct RollupFold: ~Copyable {
    /// Bytes of facts at which the log is merged: little enough to be read with each metric, enough for many events to share a sum.
    var mergeBytes = 256 << 10
    static let mergeRows = 512

    private let database: Database
    private let place: RollupSchema.Place
    private let appendToLog: Statement
    let merge: RollupMerge
    private var names = NameRegistry()
    private let nameRows: NameRows
    private var devices = DeviceNames()
    private var pending = FactBuffers()
    private var logRows = 0
    /// The newest ``DerivedState/change``, and the last that merged the log, as far as this writer knows.
    private(set) var change: Int64 = 0
    private var mergedChange: Int64 = 0
    /// Set between a merge and its commit.
    private var hasMerged = false
    private var hasLogged = false
    private var content = FactWriter()
    private var declared = FactWriter()
    private var session = SessionFacts()
    private var shape = SessionShape()
    private var cache = SessionFactCache()
    private let past: SessionFactSource
    private let room = DeliveryBatch()
    /// The numbers of the model that was asked for last, mostly the one in use, and of its tracks.
    private var knownModel: (row: Int64, id: Int, tracks: [Int])?

    private init(
        _ database: Database, _ place: RollupSchema.Place, appendToLog: Statement, _ merge: RollupMerge,
        _ nameRows: NameRows, _ past: SessionFactSource
    ) {
        self.database = database
        self.place = place
        self.appendToLog = appendToLog
        self.merge = merge
        self.nameRows = nameRows
        self.past = past
    }

    /// Knows nothing of a store until ``readAll(_:)``.
    static func open(
        _ database: Database, in place: RollupSchema.Place = .main, _ past: SessionFactSource
    ) throws(StoreError) -> RollupFold {
        let appendToLog = try database.prepare("INSERT INTO \(place)._rollup_pending (id, facts) VALUES (?, ?)")
        let merge = try RollupMerge(database, in: place)
        return RollupFold(
            database, place, appendToLog: appendToLog, merge, try NameRows(database, in: place), past)
    }

    // MARK: What a batch adds

    /// `dimensions` are what the event says, with texts in `batch`.
    mutating func note(
        _ event: IntelligenceEvent, bytes: borrowing ByteArena, _ dimensions: ArraySlice<MessageDimension>,
        of batch: DeliveryBatch
    ) throws(StoreError) {
        content.removeAll()
        declared.removeAll()
        if !dimensions.isEmpty { DeclaredValues.write(dimensions, of: batch, &names, to: &declared) }
        let stream: RollupStream
        let version = bytes[event.explanationVersion]
        switch event.kind {
        case .recommendation(let recommendation):
            stream = .recommendation
            RecommendationFact.write(
                recommendation, version: version, bytes: bytes, declared: declared.bytes, &names, to: &content)
        case .outcome(let outcome):
            stream = .outcome
            OutcomeFact.write(outcome, version: version, declared: declared.bytes, &names, to: &content)
        case .view(let view):
            stream = .view
            ViewFact.write(view, version: version, declared: declared.bytes, &names, to: &content)
        }
        pending.add(content.bytes, to: stream, at: event.identity.occurredAt, isRetraction: false)
    }

    /// The numbers of a case's names.
    mutating func caseNames(type: UnsafeRawBufferPointer, version: UnsafeRawBufferPointer, admin: Int64?) -> (
        type: Int, version: Int, admin: Int?
    ) {
        let (type, version) = (names.id(.recommendationType, type), names.id(.explanationVersion, version))
        return (type, version, admin.map { names.id(ofAdmin: $0) })
    }

    /// What the event `seq` says of declared dimensions, as ``DeclaredValues``.
    mutating func declaredValues(of seq: Int64) throws(StoreError) -> [UInt8] {
        guard past.dimensions.hasNames else { return [] }
        room.removeAll()
        let places = try past.dimensions.read(seq, into: room)
        guard !places.isEmpty else { return [] }
        declared.removeAll()
        DeclaredValues.write(room.dimensions[places], of: room, &names, to: &declared)
        return Array(declared.bytes)
    }

    /// Counts a case that was first viewed then, or takes it back.
    mutating func note(_ fact: CaseFact, at time: Timestamp, isRetraction: Bool) {
        content.removeAll()
        fact.write(to: &content)
        pending.add(content.bytes, to: .recommendationCase, at: time, isRetraction: isRetraction)
    }

    /// Counts an outcome beside one of the cases of its signal, or without any; or takes it back.
    mutating func note(_ fact: CaseOutcomeFact, at time: Timestamp, isRetraction: Bool) {
        content.removeAll()
        fact.write(to: &content)
        pending.add(content.bytes, to: .caseOutcome, at: time, isRetraction: isRetraction)
    }

    /// Counts a session's new state, that of its newest message `seq`, and takes the one back that it replaces.
    ///
    /// `history` is that of all its messages; left out where this one only continues it.
    mutating func note(
        _ new: StoredSession, seq: Int64, replacing previous: Int64?, _ history: SessionHistory? = nil
    ) throws(StoreError) {
        if let previous { try takeBack(previous) }
        var known = previous == nil ? SessionHistory() : .unknown
        if let previous, let shape = cache.shape(seq: previous) { known = SessionShape.history(of: shape) }
        known.note(new.state.event.completionStatus, at: new.occurredAt)
        try write(new)
        shape.write(new.state.event, in: new.state.batch, isPlain: new.state.isPlain, history ?? known)
        cache.keep(session.bytes, shape.bytes, seq: seq, user: Self.hash(of: new.state.event, new.state.batch))
        pending.addSession(session.bytes, isRetraction: false)
    }

    /// Counts what a session says of its learner, or takes it back.
    mutating func note(_ fact: LearnerFact, isRetraction: Bool) {
        content.removeAll()
        fact.write(to: &content)
        pending.add(content.bytes, to: fact.stream, at: fact.at, isRetraction: isRetraction)
    }

    /// Whether a session that was never reset is known to say of its learner what it said when `previous` was its newest message.
    func isSameLearner(
        _ state: SessionState, _ event: ProfilerTelemetry, of batch: DeliveryBatch, as previous: Int64?
    ) -> Bool {
        guard let previous else { return state.endedAt == nil }
        guard let known = cache.shape(seq: previous).flatMap({ SessionShape.result(of: $0) }) else { return false }
        return known.endedAt == state.endedAt && isSameUser(event, as: previous, of: batch) == true
    }

    /// What the session whose newest message is `seq` says of its learner.
    func learnerPart(_ seq: Int64, sameUserAs event: ProfilerTelemetry, of batch: DeliveryBatch) throws(StoreError)
        -> LearnerPart
    {
        if let shape = cache.shape(seq: seq), let known = SessionShape.result(of: shape),
            isSameUser(event, as: seq, of: batch) == true
        {
            return LearnerPart(learner: batch.bytes[event.userID], completedAt: known.endedAt, resets: [])
        }
        guard let stored = try past.state(seq, into: room) else { throw Self.lacking(seq) }
        return LearnerPart(stored.state)
    }

    private static func lacking(_ seq: Int64) -> StoreError {
        StoreError(.inconsistent, doing: "update the metrics", why: "event \(seq) is not in profiler_events")
    }

    /// Whether a message that comes late is known to change nothing of its session, whose newest message is `newest`; takes note of it then.
    mutating func isCovered(_ event: ProfilerTelemetry, of batch: DeliveryBatch, by newest: Int64) -> Bool {
        guard let known = cache.shape(seq: newest) else { return false }
        var history = SessionShape.history(of: known)
        let (status, time) = (event.completionStatus, event.identity.occurredAt)
        guard history.allows(status, at: time), isSameUser(event, as: newest, of: batch) == true else { return false }
        shape.write(event, in: batch, isPlain: true)
        guard SessionShape.isCovered(shape.bytes, by: known) else { return false }
        history.note(status, at: time)
        cache.replace(history, seq: newest)
        return true
    }

    /// Whether a message, the newest of its session now, is known to say everything that the session was until then.
    mutating func isReplaced(_ previous: Int64, by event: ProfilerTelemetry, of batch: DeliveryBatch) -> Bool {
        guard let known = cache.shape(seq: previous) else { return false }
        shape.write(event, in: batch, isPlain: true)
        return SessionShape.isReplaced(known, by: shape.bytes)
    }

    /// Whether a session's state `seq` is of the same user as an event, as far as memory knows; nil where it does not.
    func isSameUser(_ event: ProfilerTelemetry, as seq: Int64, of batch: DeliveryBatch) -> Bool? {
        cache.user(seq: seq).map { $0 == Self.hash(of: event, batch) }
    }

    private static func hash(of event: ProfilerTelemetry, _ batch: DeliveryBatch) -> UInt32 {
        UInt32(truncatingIfNeeded: batch.bytes[event.userID].quickHash(0))
    }

    mutating func note(
        _ outcome: Outcome, of delivery: Delivery, reason: Rejection.Reason?, warnings: [Warning.Code]
    ) {
        note(outcome, of: delivery.queue, at: delivery.receivedAt, reason: reason, warnings: warnings)
    }

    mutating func note(
        _ outcome: Outcome, of queue: IngestQueue, at time: Timestamp, reason: Rejection.Reason?,
        warnings: [Warning.Code]
    ) {
        content.removeAll()
        DeliveryFact.write(outcome, of: queue, reason: reason, warnings: warnings, to: &content)
        pending.add(content.bytes, to: .delivery, at: time, isRetraction: false)
    }

    /// Counts a session in a state that is stored.
    mutating func note(stored: StoredSession) throws(StoreError) {
        try write(stored)
        pending.addSession(session.bytes, isRetraction: false)
    }

    /// Takes back what a row of the log adds: what is left is what has been merged.
    mutating func takeBack(log row: UnsafeRawBufferPointer) {
        FactBuffers.forEachStream(of: row) { stream, facts in
            Fact.forEach(facts) { fact in
                pending.add(fact.content, to: stream, at: fact.time, isRetraction: fact.sign > 0)
            }
        }
    }

    private mutating func takeBack(_ seq: Int64) throws(StoreError) {
        if let facts = cache.facts(seq: seq) { return pending.addSession(facts, isRetraction: true) }
        guard let stored = try past.state(seq, into: room) else { throw Self.lacking(seq) }
        try write(stored)
        pending.addSession(session.bytes, isRetraction: true)
    }

    private mutating func write(_ stored: StoredSession) throws(StoreError) {
        let (event, batch) = (stored.state.event, stored.state.batch)
        var facts: SessionFacts.Alignment?
        if let alignment = stored.alignment {
            let model = try number(ofModel: alignment.model)
            facts = SessionFacts.Alignment(
                model: model.id, tracks: model.tracks, topTrack: alignment.row.topTrack,
                comparison: alignment.row.comparison, values: batch.alignmentValues[alignment.row.values])
        }
        session.write(event, occurredAt: stored.occurredAt, of: batch, facts, &names, &devices)
    }

    private mutating func number(ofModel row: Int64) throws(StoreError) -> (id: Int, tracks: [Int]) {
        if let knownModel, knownModel.row == row { return (knownModel.id, knownModel.tracks) }
        let model = try past.models.model(row)
        var tracks: [Int] = []
        for track in model.tracks { tracks.append(names.id(.track, track)) }
        let id = names.id(.model, model.name, model.version)
        knownModel = (row, id, tracks)
        return (id, tracks)
    }

    // MARK: The transaction

    /// Called at the end of a batch, inside its transaction. With `isChange` the transaction has changed something that other writers
    /// remember, with facts or without.
    mutating func finishBatch(isChange: Bool) throws(StoreError) {
        try nameRows.write(&names)
        if pending.byteCount >= mergeBytes || logRows >= Self.mergeRows { return try mergeAll() }
        content.removeAll()
        pending.writeNew(to: &content)
        guard content.count > 0 || isChange else { return }
        appendToLog.bind(1, change + 1)
        appendToLog.bindBlob(2, content.bytes)
        try appendToLog.run(doing: "append to the rollup log")
        hasLogged = true
    }

    /// Folds what is pending where it is a lot, and goes on within the transaction.
    mutating func mergeIfFull() throws(StoreError) {
        guard pending.byteCount >= mergeBytes else { return }
        try mergeAll()
        committed()
    }

    /// Folds everything that is pending, however little.
    mutating func mergeAll() throws(StoreError) {
        try nameRows.write(&names)
        try merge.merge(pending)
        hasMerged = true
        guard place == .main else { return }
        if logRows > 0 { try database.run("DELETE FROM _rollup_pending", doing: "empty the rollup log") }
        try database.setState("merged_change", change + 1)
    }

    /// Called when the transaction is durable. After one that failed, everything is read again.
    mutating func committed() {
        if hasMerged || hasLogged { change += 1 }
        if hasMerged {
            pending.removeAll()
            logRows = 0
            mergedChange = change
        } else {
            pending.keep()
            if hasLogged { logRows += 1 }
        }
        hasMerged = false
        hasLogged = false
    }

    // MARK: What is remembered

    /// Forgets the names in memory and reads those that are stored.
    mutating func readNames() throws(StoreError) {
        names.forgetAll()
        try nameRows.readOn(&names)
    }

    /// Reads everything, inside a transaction.
    mutating func readAll(_ state: DerivedState) throws(StoreError) {
        try readNames()
        devices.forget()
        knownModel = nil
        // The numbers of events that were lost with a transaction are given again, to others.
        cache.removeAll()
        try readLog(after: .min)
        take(state)
    }

    /// Reads what other processes have written since this one knew everything up to ``change``.
    mutating func readOn(_ state: DerivedState) throws(StoreError) {
        try nameRows.readOn(&names)
        // Another process may have folded a session again.
        cache.removeAll()
        try readLog(after: state.mergedChange == mergedChange ? change : .min)
        take(state)
    }

    private mutating func take(_ state: DerivedState) {
        change = state.change
        mergedChange = state.mergedChange
        hasMerged = false
        hasLogged = false
    }

    private mutating func readLog(after change: Int64) throws(StoreError) {
        if change == .min {
            pending.removeAll()
            logRows = 0
        }
        let rows = try database.prepare("SELECT facts FROM \(place)._rollup_pending WHERE id > ? ORDER BY id")
        rows.bind(1, change)
        while try rows.step() {
            pending.read(rows.bytes(0))
            logRows += 1
        }
        pending.keep()
    }
}
