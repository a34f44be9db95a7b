/// A profiler message that passed every check; contract section 2.1.
///
/// Text members are ranges of the batch's bytes, unescaped. Integers given as ids (`user_id`, `session_id`, `admin_reset_by`) are kept as
/// their decimal text. The whole payload is the delivery's body.
package struct ProfilerTelemetry: Sendable {
    package var identity: EventIdentity
    package var userID: ByteRange = .empty
    package var sessionID: ByteRange = .empty
    package var completionStatus: CompletionStatus = .started
    package var timeSpentSeconds: Int64?
    package var aptitudeScore: Double?
    package var technicalExposureScore: Double?
    package var workStyleCluster: WorkStyleCluster?
    package var difficultySelection: Difficulty?
    package var recommendedTrackID: ByteRange?
    package var trackConfidence: Double?
    package var resultAccepted: Bool?
    package var attemptCount: Int64?
    package var adminResetBy: ByteRange?
    package var startedAt: Timestamp?
    package var completedAt: Timestamp?
    package var resultAcceptedAt: Timestamp?
    package var foundationsTransitionAt: Timestamp?
    /// What is stored as the payload where that is not the body as it came: a member was given twice, or the privacy policy has changed it.
    package var payload: ByteRange?
    /// Places in ``DeliveryBatch/answers``: `scenario_choices` first, then `answers`, each in document order.
    package var answers: Range<Int> = 0..<0
    /// Places in ``DeliveryBatch/reportedAlignment``.
    package var reportedAlignment: Range<Int> = 0..<0
    /// Places in ``DeliveryBatch/moduleTimes``.
    package var moduleTimes: Range<Int> = 0..<0
    package var userAgent: ByteRange?
    /// Whether there is a `value_statement` that is not blank.
    package var hasValueStatement = false

    package init(identity: EventIdentity) { self.identity = identity }
}

/// Who an event is: the pair decides what a duplicate is, with no time window.
package struct EventIdentity: Sendable {
    /// As the producer gave it; for a hash, 32 lower-case hex digits.
    package var eventID: ByteRange
    package var occurredAt: Timestamp

    package init(eventID: ByteRange, occurredAt: Timestamp) {
        self.eventID = eventID
        self.occurredAt = occurredAt
    }
}

/// One answered question; ranges of the batch's bytes.
package struct Answer: Sendable {
    package var questionID: ByteRange?
    package var questionKey: ByteRange?
    package var option: ByteRange
    /// True for an entry of `answers`, false for one of `scenario_choices`.
    package var isFromAnswers: Bool
    /// Place in its array, for the JSON Pointer of a warning.
    package var position: Int

    package init(questionID: ByteRange?, questionKey: ByteRange?, option: ByteRange, isFromAnswers: Bool, position: Int)
    {
        self.questionID = questionID
        self.questionKey = questionKey
        self.option = option
        self.isFromAnswers = isFromAnswers
        self.position = position
    }
}

/// A track's percentage (0–100) as the producer reported it.
package struct ReportedTrack: Sendable {
    package var track: ByteRange
    package var percentage: Double

    package init(track: ByteRange, percentage: Double) {
        self.track = track
        self.percentage = percentage
    }
}

/// Seconds spent in one module.
package struct ModuleTime: Sendable {
    package var module: ByteRange
    package var seconds: Double

    package init(module: ByteRange, seconds: Double) {
        self.module = module
        self.seconds = seconds
    }
}

/// An enumeration of the wire, in the contract's spelling and order; the position fits a byte.
package protocol WireValue: Sendable, CaseIterable, RawRepresentable where RawValue == String {}

package enum CompletionStatus: String, WireValue {
    case started
    case inProgress = "in_progress"
    case finished
    case locked
}

package enum WorkStyleCluster: String, WireValue {
    case collaborative, independent, balanced
}

package enum Difficulty: String, WireValue {
    case novice, beginner, intermediate, advanced, elite
}
