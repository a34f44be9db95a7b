internal import Events
internal import Store

/// What a session says of its learner: when it was completed, if it was, and when it was reset.
struct LearnerPart: Equatable {
    /// As it is stored, see ``CompactID``.
    var learner: [UInt8]
    var isText: Bool
    var completedAt: Timestamp?
    /// Oldest first.
    var resets: [Timestamp]

    init(_ state: SessionState) {
        self.init(
            learner: state.batch.bytes[state.event.userID], completedAt: state.endedAt, resets: state.resets)
    }

    init(learner: UnsafeRawBufferPointer, completedAt: Timestamp?, resets: [Timestamp]) {
        switch CompactID(learner) {
        case .uuid(let key): (self.learner, isText) = (key.withBytes { Array($0) }, false)
        case .text(let bytes): (self.learner, isText) = (Array(bytes), true)
        }
        self.completedAt = completedAt
        self.resets = resets
    }

    var saysNothing: Bool { completedAt == nil && resets.isEmpty }
}

extension SessionState {
    /// When the session was completed; nil where it is not.
    var endedAt: Timestamp? {
        event.completionStatus.isOver ? event.completedAt ?? event.identity.occurredAt : nil
    }
}

extension LearnerPart {
    func isSame(_ other: LearnerPart) -> Bool { learner == other.learner && isText == other.isText }
}
