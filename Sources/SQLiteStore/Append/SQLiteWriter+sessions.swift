internal import Events
internal import Rollups
internal import Store

/// What a profiler message makes of its session.
struct SessionChange {
    let standing: SessionHeads.Standing
    /// The session's state now; nil where the message says all of it.
    var session: StoredSession?
    /// Of a session that was folded again.
    var history: SessionHistory?
    /// Whether the session was kept apart from its messages until now, or may have been.
    var wasFolded = false
    /// The alignments up to the message, with values in `batch`; nil where they are those of the message alone.
    var alignments: (rows: [TrackAlignment], batch: DeliveryBatch)?
    /// About those, where the message alone gives none of the kind.
    var warnings: [Warning] = []
}

/// Sessions are folds over their messages: what a message makes of its session is worked out before it is written, and noted after.
extension SQLiteWriter {
    func change(
        by event: ProfilerTelemetry, _ index: Int, of batch: DeliveryBatch, own: ArraySlice<TrackAlignment>
    ) throws(StoreError) -> SessionChange {
        let standing = try sessions.standing(
            batch.bytes[event.sessionID], seq: nextSeq, occurredAt: event.identity.occurredAt)
        var change = SessionChange(standing: standing)
        let payload = event.payload ?? batch.deliveries[index].body
        switch standing {
        case .latest(nil): break
        case .latest(let previous?):
            if rollups.isReplaced(previous, by: event, of: batch) { break }
            guard let (state, wasPlain) = try fold.state(after: previous, by: event, of: batch, payload: payload)
            else { break }
            change.wasFolded = !wasPlain
            guard !state.isPlain else { break }
            change.session = StoredSession(state: state, alignment: own.primary.map { ($0, modelID) })
            guard state.batch !== batch else { break }
            assess(state, of: batch, own, into: &change)
        case .late(let newest):
            if rollups.isCovered(event, of: batch, by: newest) { break }
            change.wasFolded = true
            let messages = try links.messages(upTo: newest)
            let late = SessionFold.Late(seq: nextSeq, event: event, batch: batch, payload: payload)
            let (whole, upToLate, history) = try fold.state(of: messages, late: late)
            if let upToLate { assess(upToLate, of: batch, own, into: &change) }
            change.session = assessed(whole, by: batch)
            change.history = history
        }
        return change
    }

    private var modelID: Int64 { alignments?.modelID ?? 0 }

    /// Scores a state that the message does not say all of: for the message's rows, and for the session.
    private func assess(
        _ state: SessionState, of batch: DeliveryBatch, _ own: ArraySlice<TrackAlignment>,
        into change: inout SessionChange
    ) {
        guard let assessor = batch.assessor else {
            if case .latest = change.standing { change.session?.take(own.primary.map { ($0, modelID) }, from: batch) }
            return
        }
        let room = state.batch
        let first = room.alignments.count
        assessor.assess(0, state.event, in: room)
        let rows = Array(room.alignments[first...])
        if case .latest = change.standing {
            change.session?.alignment = rows[...].primary.map { ($0, modelID) }
        }
        change.alignments = (rows.map { row in Self.row(row, reportedBy: own, of: batch, in: room) }, room)
        change.warnings = room.warnings.map(\.warning).filter { $0.code == .alignmentDrift }
    }

    /// With the percentages that the message itself reported.
    private static func row(
        _ row: TrackAlignment, reportedBy own: ArraySlice<TrackAlignment>, of batch: DeliveryBatch,
        in room: DeliveryBatch
    ) -> TrackAlignment {
        var row = row
        let (first, tracks) = (room.alignmentValues.count, row.values.count / 2)
        room.alignmentValues.append(contentsOf: room.alignmentValues[row.values.prefix(tracks)])
        if let own = own.first(where: { $0.isShadow == row.isShadow }) {
            room.alignmentValues.append(contentsOf: batch.alignmentValues[own.values.suffix(tracks)])
        } else {
            room.alignmentValues.append(contentsOf: repeatElement(.nan, count: tracks))
        }
        row.values = first..<room.alignmentValues.count
        return row
    }

    /// A session that was folded again: its newest message was scored by what was known then.
    private func assessed(_ session: StoredSession, by batch: DeliveryBatch) -> StoredSession {
        guard let assessor = batch.assessor, alignments != nil else { return session }
        var session = session
        let room = session.state.batch
        let first = room.alignments.count
        assessor.assess(0, session.state.event, in: room)
        let row = room.alignments[first...].primary
        let known = session.alignment?.row
        let isSame = Self.values(row, in: room) == Self.values(known, in: room)
        if isSame { return session }
        session.state.isPlain = false
        session.alignment = row.map { ($0, modelID) }
        return session
    }

    private static func values(_ row: TrackAlignment?, in batch: DeliveryBatch) -> [UInt64] {
        row.map { batch.alignmentValues[$0.values].map(\.bitPattern) } ?? []
    }

    /// Last, when nothing can refuse the message any more.
    func note(
        _ change: SessionChange, _ event: ProfilerTelemetry, _ index: Int, of batch: DeliveryBatch,
        _ alignment: TrackAlignment?
    ) throws(StoreError) {
        try sessions.note(
            batch.bytes[event.sessionID], seq: nextSeq, occurredAt: event.identity.occurredAt, change.standing)
        switch change.standing {
        case .latest(let previous):
            if let previous {
                try noteUser(of: event, comparedWith: previous, index, of: batch)
                try links.append(nextSeq, after: previous)
            }
            let session =
                change.session
                ?? StoredSession(
                    state: SessionState(first: event, in: batch, payload: .empty),
                    alignment: alignment.map { ($0, modelID) })
            let step = SessionStep(session: session, event: event, batch: batch, previous: previous)
            for entity in entities { try entity.note(step, &rollups) }
            try rollups.note(session, seq: nextSeq, replacing: previous)
            if change.wasFolded, let previous { try folds.remove(previous) }
            if let folded = change.session { try folds.write(folded, seq: nextSeq) }
        case .late(let newest):
            try noteUser(of: event, comparedWith: newest, index, of: batch)
            try links.insert(nextSeq, behind: newest)
            guard let session = change.session else { return }
            let step = SessionStep(session: session, event: event, batch: batch, previous: newest)
            for entity in entities { try entity.note(step, &rollups) }
            try rollups.note(session, seq: newest, replacing: newest, change.history)
            if session.state.isPlain { try folds.remove(newest) } else { try folds.write(session, seq: newest) }
        }
    }

    /// Warns where a session was another user's until now, in the state that the event `seq` holds.
    private func noteUser(of event: ProfilerTelemetry, comparedWith seq: Int64, _ index: Int, of batch: DeliveryBatch)
        throws(StoreError)
    {
        if rollups.isSameUser(event, as: seq, of: batch) == true { return }
        guard let warning = try users.change(by: event, since: seq, batch.bytes) else { return }
        try warn(warning, of: event.identity, index, of: batch)
    }

    /// A warning that the message alone does not give.
    func warn(_ warning: Warning, of identity: EventIdentity, _ index: Int, of batch: DeliveryBatch) throws(StoreError)
    {
        guard !warningCodes.contains(warning.code) else { return }
        try warnings.append(
            warning, count: 1, seq: nextSeq, eventID: batch.bytes[identity.eventID], occurredAt: identity.occurredAt)
        warningCodes.append(warning.code)
        result.warnings[index, default: []].append(warning)
    }
}

extension ArraySlice<TrackAlignment> {
    /// By the model that counts.
    var primary: TrackAlignment? { first { !$0.isShadow } }
}
