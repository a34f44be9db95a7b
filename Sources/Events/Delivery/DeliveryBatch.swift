/// The messages that are decided and committed together: their bytes, what was delivered, and what was decided.
///
/// One batch is filled and decided by the receive thread, then handed whole to the commit thread, then handed back. Its arrays keep their
/// capacity from batch to batch.
///
/// `@unchecked Sendable` because exactly one thread holds it at a time; the hand-over (`Ingest/Handover.swift`) is the only place where
/// it changes hands, under a lock.
package final class DeliveryBatch: @unchecked Sendable {
    package var bytes = ByteArena()
    package var deliveries: [Delivery] = []

    /// One for each delivery, in the same order, once decided.
    package var decisions: [Decision] = []
    package var profilers: [ProfilerTelemetry] = []
    package var intelligence: [IntelligenceEvent] = []
    package var rejections: [RejectedMessage] = []
    /// Warnings of accepted messages, by the delivery's index, ascending; of each message at most ``Warning/keptPerMessage``, and the first of
    /// each code in any case.
    package internal(set) var warnings: [(delivery: Int, warning: Warning)] = []
    /// How many more there are of each code, by the delivery's index.
    package internal(set) var warningsLeftOut: [Int: WarningCounts] = [:]
    /// Bytes of text in errors and warnings.
    var textBytes = 0

    /// Backing of ``ProfilerTelemetry/answers``.
    package var answers: [Answer] = []
    /// Backing of ``ProfilerTelemetry/reportedAlignment``.
    package var reportedAlignment: [ReportedTrack] = []
    /// Backing of ``ProfilerTelemetry/moduleTimes``.
    package var moduleTimes: [ModuleTime] = []
    /// Backing of ``ProfilerTelemetry/dimensions``.
    package var dimensions: [MessageDimension] = []

    /// What the alignment models say of the accepted profiler messages, by the delivery's index, ascending.
    package var alignments: [TrackAlignment] = []
    /// Backing of ``TrackAlignment/values``.
    package var alignmentValues: [Double] = []

    /// Scores as the batch's messages were scored, for what is found out about them later.
    package var assessor: (any MessageAssessor)?

    /// Set where the batch is a single message that the process died of before, handled apart from its neighbours: its fingerprint.
    package var suspect: UInt64?
    /// Set where the batch is a single large message: its fingerprint.
    package var arrival: UInt64?

    package init() {}

    package var count: Int { deliveries.count }
    package var isEmpty: Bool { deliveries.isEmpty }

    /// For the next messages: keeps its memory, unless one batch needed more of it than most do.
    package func removeAll() {
        guard weight <= Self.keptWeight else { return giveBack() }
        bytes.removeAll()
        deliveries.removeAll(keepingCapacity: true)
        decisions.removeAll(keepingCapacity: true)
        profilers.removeAll(keepingCapacity: true)
        intelligence.removeAll(keepingCapacity: true)
        rejections.removeAll(keepingCapacity: true)
        warnings.removeAll(keepingCapacity: true)
        warningsLeftOut.removeAll(keepingCapacity: true)
        textBytes = 0
        answers.removeAll(keepingCapacity: true)
        reportedAlignment.removeAll(keepingCapacity: true)
        moduleTimes.removeAll(keepingCapacity: true)
        dimensions.removeAll(keepingCapacity: true)
        alignments.removeAll(keepingCapacity: true)
        alignmentValues.removeAll(keepingCapacity: true)
        assessor = nil
        suspect = nil
        arrival = nil
    }

    /// What the batch holds, in bytes: its messages with everything that was made of them, not the memory it keeps for the next ones.
    package var weight: Int {
        func bytes<Element>(_ array: [Element]) -> Int { array.count * MemoryLayout<Element>.stride }
        return self.bytes.count + textBytes + bytes(deliveries) + bytes(decisions) + bytes(profilers)
            + bytes(intelligence)
            + rejections.count * (MemoryLayout<RejectedMessage>.stride + Self.errorBytes) + bytes(warnings)
            + bytes(answers) + bytes(reportedAlignment) + bytes(moduleTimes) + bytes(dimensions)
            + bytes(alignments) + bytes(alignmentValues)
    }

    /// Of a refused message's array of errors, beside their texts.
    private static var errorBytes: Int { 32 + Rejection.keptPerMessage * MemoryLayout<Rejection>.stride }

    /// Twice the bytes that fill a batch.
    private static let keptWeight = 2 * ByteArena.keptCapacity

    private func giveBack() {
        bytes.removeAll()
        (deliveries, decisions, profilers, intelligence) = ([], [], [], [])
        (rejections, warnings, warningsLeftOut, textBytes) = ([], [], [:], 0)
        (answers, reportedAlignment, moduleTimes, dimensions) = ([], [], [], [])
        (alignments, alignmentValues) = ([], [])
        (assessor, suspect, arrival) = (nil, nil, nil)
    }
}

/// Scores profiler messages.
package protocol MessageAssessor: Sendable {
    /// Appends the alignments of `message`, and of the model that counts its warnings, to the batch that the message is of.
    func assess(_ delivery: Int, _ message: ProfilerTelemetry, in batch: DeliveryBatch)
}

/// What the decoder made of one delivery; the number is its place in the batch's array of that kind.
package enum Decision: Sendable, Equatable {
    case profiler(Int)
    case intelligence(Int)
    case rejected(Int)
}

/// A delivery that will be quarantined: everything that is known of it, its first reasons and how many there are.
package struct RejectedMessage: Sendable {
    /// The body's, else the AMQP `message_id`, else the hash of the body; never empty.
    package var eventID: String
    /// Where it could be determined.
    package var occurredAt: Timestamp?
    package var refusal: Refusal

    /// `errorCount` is left out where `errors` are all of them.
    package init(eventID: String, occurredAt: Timestamp?, errors: [Rejection], errorCount: Int? = nil) {
        self.eventID = eventID
        self.occurredAt = occurredAt
        refusal = Refusal(errors, errorCount: errorCount)
    }

    package var errors: [Rejection] { refusal.errors }
    package var errorCount: Int { refusal.errorCount }
}
