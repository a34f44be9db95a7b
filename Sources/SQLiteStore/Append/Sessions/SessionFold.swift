internal import Events
internal import Rollups
internal import Store

/// Works out what messages make of their sessions, from what the store has of them; writes nothing.
final class SessionFold {
    /// A message that came late, which is not read from the store.
    struct Late {
        let seq: Int64
        let event: ProfilerTelemetry
        let batch: DeliveryBatch
        let payload: ByteRange
    }

    private let source: SessionFactSource
    private var oldShape = SessionShape()
    private var newShape = SessionShape()
    /// A state, the state up to a late message, the next message, and what both make.
    private let rooms = (0..<4).map { _ in DeliveryBatch() }

    init(_ source: SessionFactSource) { self.source = source }

    /// The state after a message that is the session's newest now; nil where the message says all of it and nothing of the session is kept
    /// apart from its messages.
    func state(
        after previous: Int64, by event: ProfilerTelemetry, of batch: DeliveryBatch, payload: ByteRange
    ) throws(StoreError) -> (state: SessionState, wasPlain: Bool)? {
        guard let before = try source.state(previous, into: rooms[0])?.state else { throw Self.lacking(previous) }
        // Not worth a merge.
        if before.isPlain, isReplaced(before, by: event, of: batch) { return nil }
        let state = before.followed(by: event, in: batch, payload: payload, room: rooms[1])
        return state.isPlain && before.isPlain ? nil : (state, before.isPlain)
    }

    private func isReplaced(_ before: SessionState, by event: ProfilerTelemetry, of batch: DeliveryBatch) -> Bool {
        oldShape.write(before.event, in: before.batch, isPlain: true)
        newShape.write(event, in: batch, isPlain: true)
        return SessionShape.isReplaced(oldShape.bytes, by: newShape.bytes)
    }

    /// The state after all of these messages, and the state up to the late one, where that one does not say all of it.
    ///
    /// The alignment is that of the newest message, with values in the state's batch.
    func state(of messages: [Int64], late: Late? = nil) throws(StoreError) -> (
        whole: StoredSession, upToLate: SessionState?, history: SessionHistory
    ) {
        var history = SessionHistory()
        var (whole, upToLate): (StoredSession?, SessionState?)
        for seq in try sorted(messages, late) {
            var message: StoredSession
            if let late, late.seq == seq {
                message = StoredSession(
                    state: SessionState(first: late.event, in: late.batch, payload: late.payload), alignment: nil)
            } else {
                let room = room(beside: [whole?.state.batch, upToLate?.batch])
                guard let stored = try source.message(seq, into: room) else { throw Self.lacking(seq) }
                message = stored
            }
            let own = message.state
            history.note(own.event.completionStatus, at: own.event.identity.occurredAt)
            if let before = whole?.state {
                let room = room(beside: [before.batch, upToLate?.batch, own.batch])
                message.state = before.followed(by: own.event, in: own.batch, payload: own.payload, room: room)
                if !own.isPlain { message.state.isPlain = false }
                if message.state.batch !== own.batch { message.take(message.alignment, from: own.batch) }
            }
            if late?.seq == seq, message.state.batch !== own.batch { upToLate = message.state }
            whole = message
        }
        guard let whole else { throw Self.lacking(messages.first ?? 0) }
        return (whole, upToLate, history)
    }

    private func sorted(_ messages: [Int64], _ late: Late?) throws(StoreError) -> [Int64] {
        guard messages.count > 1 || late != nil else { return messages }
        var times: [(time: Timestamp, seq: Int64)] = []
        for seq in messages {
            guard let time = try source.occurredAt(seq) else { throw Self.lacking(seq) }
            times.append((time, seq))
        }
        if let late { times.append((late.event.identity.occurredAt, late.seq)) }
        return times.sorted { $0 < $1 }.map(\.seq)
    }

    private func room(beside used: [DeliveryBatch?]) -> DeliveryBatch {
        rooms.first { room in !used.contains { $0 === room } } ?? DeliveryBatch()
    }

    private static func lacking(_ seq: Int64) -> StoreError {
        StoreError(.inconsistent, doing: "fold a session", why: "event \(seq) is not in profiler_events")
    }
}
