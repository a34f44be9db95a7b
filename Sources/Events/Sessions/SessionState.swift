/// A session as the fold over its messages has it, in order of occurred-at, then arrival; see <doc:Messages>.
package struct SessionState {
    /// The members; its identity is that of the newest message.
    package var event: ProfilerTelemetry
    /// What the event's ranges are of.
    package var batch: DeliveryBatch
    /// The members as a JSON document.
    package var payload: ByteRange
    /// When the session was begun anew, oldest first.
    package var resets: [Timestamp]
    /// Whether the newest message says all of it by itself, as that of a producer does that sends whole sessions.
    package var isPlain: Bool

    /// A session that is reset again and again keeps its newest resets.
    static let keptResets = 64

    /// As it is stored.
    package init(
        _ event: ProfilerTelemetry, in batch: DeliveryBatch, payload: ByteRange, resets: [Timestamp], isPlain: Bool
    ) {
        self.event = event
        self.batch = batch
        self.payload = payload
        self.resets = resets
        self.isPlain = isPlain
    }

    /// After its first message.
    package init(first event: ProfilerTelemetry, in batch: DeliveryBatch, payload: ByteRange) {
        self.init(event, in: batch, payload: payload, resets: Self.resets(ofFirst: event), isPlain: true)
    }

    /// Those of a session of which there is only this message.
    package static func resets(ofFirst event: ProfilerTelemetry) -> [Timestamp] {
        event.adminResetBy == nil ? [] : [event.identity.occurredAt]
    }

    /// Whether a message begins the session anew: somebody has reset it who had not before, or it starts after it was over.
    package func isReset(by next: ProfilerTelemetry, in other: DeliveryBatch) -> Bool {
        if let admin = next.adminResetBy {
            guard let known = event.adminResetBy, batch.bytes[known].elementsEqual(other.bytes[admin]) else {
                return true
            }
        }
        return event.completionStatus.isOver && next.completionStatus == .started
    }

    /// The state after one more message. `room` is emptied and holds what is new, so it is neither this state's batch nor the message's.
    package func followed(
        by next: ProfilerTelemetry, in other: DeliveryBatch, payload nextPayload: ByteRange, room: DeliveryBatch
    ) -> SessionState {
        if isReset(by: next, in: other) {
            let all = Array((resets + [next.identity.occurredAt]).suffix(Self.keptResets))
            return SessionState(
                next, in: other, payload: nextPayload, resets: all, isPlain: all == Self.resets(ofFirst: next))
        }
        var merge = SessionMerge(
            before: SessionMessage(event: event, batch: batch, payload: payload),
            after: SessionMessage(event: next, batch: other, payload: nextPayload), room: room)
        merge.run()
        let isPlain = merge.isPlain && resets == Self.resets(ofFirst: next)
        guard !isPlain else {
            return SessionState(next, in: other, payload: nextPayload, resets: resets, isPlain: true)
        }
        return SessionState(merge.event, in: room, payload: merge.payload, resets: resets, isPlain: false)
    }
}

/// A message, or a state in the form of one.
struct SessionMessage {
    let event: ProfilerTelemetry
    let batch: DeliveryBatch
    let payload: ByteRange

    func bytes(_ range: ByteRange) -> UnsafeRawBufferPointer { batch.bytes[range] }
}

extension CompletionStatus {
    /// Whether the session has a result.
    package var isOver: Bool { self == .finished || self == .locked }
}
