/// A profiler message that passed every check.
///
/// Text members are ranges of the batch's bytes, unescaped. Integers given as ids (`user_id`, `session_id`, `admin_reset_by`) are kept as
/// their decimal text. The whole payload is the delivery's body, unless ``payload`` is
/// set.
package struct ProfilerTelemetry: Sendable {
    package var identity: EventIdentity
    package var userID: ByteRange = .empty
    package var sessionID: ByteRange = .empty
    package var completionStatus: CompletionStatus = .started
    package var timeSpentSeconds: Int64?
    package var aptitudeScore: Double?
    package var technicalExposureScore: Double?
    package var overallScore: Double?
    package var behavioralScore: Double?
    package var workStyleCluster: WorkStyleCluster?
    package var difficultySelection: Difficulty?
    package var recommendedTrackID: ByteRange?
    package var trackConfidence: Double?
    package var resultAccepted: Bool?
    package var overrideTrackID: ByteRange?
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
    /// Places in ``DeliveryBatch/dimensions``.
    package var dimensions: Range<Int> = 0..<0
    package var userAgent: ByteRange?
    /// Whether there is a `device_browser`, with a user agent or without.
    package var hasDevice = false
    /// Whether there is a `value_statement` that is not blank.
    package var hasValueStatement = false

    package init(identity: EventIdentity) { self.identity = identity }
}

/// Who an event is. Kind, event id and time decide, with no time window, which event it is; the content, whether it is that one again (a
/// duplicate) or another one that took its name.
package struct EventIdentity: Sendable {
    /// As the producer gave it; for a hash, 32 lower-case hex digits.
    package var eventID: ByteRange
    package var occurredAt: Timestamp
    /// A digest of the parsed content, whatever its spelling; 0 where it is not known, which equals any.
    package var content: UInt64

    package init(eventID: ByteRange, occurredAt: Timestamp, content: UInt64 = 0) {
        self.eventID = eventID
        self.occurredAt = occurredAt
        self.content = content
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

/// An enumeration of the wire, in the spelling and order of <doc:Messages>. The tables of events hold its words, facts and sums its codes.
package protocol WireValue: Sendable, CaseIterable, RawRepresentable, StoredCode where RawValue == String {}

package enum CompletionStatus: String, WireValue {
    case started
    case inProgress = "in_progress"
    case finished
    case locked

    package var code: UInt8 {
        switch self {
        case .started: 0
        case .inProgress: 1
        case .finished: 2
        case .locked: 3
        }
    }
}

package enum WorkStyleCluster: String, WireValue {
    case collaborative, independent, balanced

    package var code: UInt8 {
        switch self {
        case .collaborative: 0
        case .independent: 1
        case .balanced: 2
        }
    }
}

package enum Difficulty: String, WireValue {
    case novice, beginner, intermediate, advanced, elite

    package var code: UInt8 {
        switch self {
        case .novice: 0
        case .beginner: 1
        case .intermediate: 2
        case .advanced: 3
        case .elite: 4
        }
    }
}
