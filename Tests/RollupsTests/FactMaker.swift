import Events

@testable import Rollups

/// Makes facts by hand, and shows their bytes as hexadecimal digits.
struct FactMaker: ~Copyable {
    let batch = DeliveryBatch()
    private var names = NameRegistry()
    private var devices = DeviceNames()
    private var session = SessionFacts()
    private var writer = FactWriter()
    private let declared = UnsafeRawBufferPointer(start: nil, count: 0)

    init() {
        // So that no number of a name is zero, and those of different domains differ.
        for domain in NameDomain.fixed {
            for number in 0...domain.rawValue { _ = names.id(domain, "before \(number)") }
        }
    }

    static func written(_ write: (inout FactWriter) -> Void) -> [UInt8] {
        var writer = FactWriter()
        write(&writer)
        return Array(writer.bytes)
    }

    mutating func recommendation(
        _ action: RecommendationAction, _ confidence: Confidence?, milliseconds: Int64?
    ) -> [UInt8] {
        let type = batch.bytes.append("mentoring")
        let event = IntelligenceEvent.Recommendation(
            action: action, riskSignalID: 77, adminUserID: 78, recommendationType: type, confidence: confidence,
            decisionTimeMilliseconds: milliseconds)
        writer.removeAll()
        let version = batch.bytes.append("v3")
        RecommendationFact.write(
            event, version: batch.bytes[version], bytes: batch.bytes, declared: declared, &names, to: &writer)
        return Array(writer.bytes)
    }

    mutating func outcome(_ status: OutcomeStatus, hours: Double?) -> [UInt8] {
        let event = IntelligenceEvent.SignalOutcome(
            status: status, riskSignalID: 77, resolutionTimeHours: hours, adminNoteID: 79)
        writer.removeAll()
        let version = batch.bytes.append("v3")
        OutcomeFact.write(event, version: batch.bytes[version], declared: declared, &names, to: &writer)
        return Array(writer.bytes)
    }

    mutating func view(_ type: ViewType, admin: Int64) -> [UInt8] {
        let event = IntelligenceEvent.AdminView(eventType: type, adminUserID: admin, riskSignalID: 77)
        writer.removeAll()
        let version = batch.bytes.append("v3")
        ViewFact.write(event, version: batch.bytes[version], declared: declared, &names, to: &writer)
        return Array(writer.bytes)
    }

    mutating func delivery(
        _ outcome: Outcome, _ queue: IngestQueue, reason: Rejection.Reason? = nil, warnings: [Warning.Code] = []
    ) -> [UInt8] {
        writer.removeAll()
        DeliveryFact.write(outcome, of: queue, reason: reason, warnings: warnings, to: &writer)
        return Array(writer.bytes)
    }

    mutating func learner(_ fact: LearnerFact) -> [UInt8] {
        writer.removeAll()
        fact.write(to: &writer)
        return Array(writer.bytes)
    }

    mutating func session(_ event: ProfilerTelemetry, _ alignment: SessionFacts.Alignment? = nil) -> [UInt8] {
        session.write(event, occurredAt: 1_000_001, of: batch, alignment, &names, &devices)
        return Array(session.bytes)
    }

    /// A finished session of which everything is known, with a value of its own for each member.
    mutating func wholeSession() -> [UInt8] {
        var event = ProfilerTelemetry(identity: EventIdentity(eventID: .empty, occurredAt: 1))
        event.completionStatus = .finished
        event.timeSpentSeconds = 901
        event.aptitudeScore = 81.5
        event.technicalExposureScore = 0.1234
        event.workStyleCluster = .balanced
        event.difficultySelection = .elite
        event.recommendedTrackID = batch.bytes.append("defender")
        event.resultAccepted = false
        event.attemptCount = 2
        event.startedAt = 1_000_002
        event.completedAt = 1_000_003
        event.resultAcceptedAt = 1_000_100
        event.overrideTrackID = batch.bytes.append("grc")
        event.foundationsTransitionAt = 1_000_300
        event.hasValueStatement = true
        event.userAgent = batch.bytes.append("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0")
        for (question, option) in [("q1", "A"), ("q2", "B"), ("q1", "C")] {
            batch.answers.append(
                Answer(
                    questionID: batch.bytes.append(question), questionKey: nil, option: batch.bytes.append(option),
                    isFromAnswers: false, position: batch.answers.count))
        }
        event.answers = 0..<3
        for (module, seconds) in [("identity", 300.25), ("aptitude", 0.0001)] {
            batch.moduleTimes.append(ModuleTime(module: batch.bytes.append(module), seconds: seconds))
        }
        event.moduleTimes = 0..<2
        let tracks = ["defender", "grc", "offensive"].map { names.id(.track, $0) }
        return session(
            event,
            SessionFacts.Alignment(
                model: names.id(.model, "m", "1"), tracks: tracks, topTrack: 2,
                comparison: [.isComparable, .isSameScale], values: [12.5, .nan, 87.5, 13, 14.25, .nan]))
    }
}

/// `[1, 255]` as `01 ff`.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
