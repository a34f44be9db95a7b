/// Decides what a delivery is: a valid message, taken apart into columns, or a refused one with every reason.
///
/// Implements <doc:Messages>. Pure but for its own memory; used by one thread. A good message costs no allocation beyond the
/// growth of the batch.
package struct MessageDecoder: ~Copyable {
    let limits: DecodingLimits
    var parser = DocumentParser()
    let vocabulary: Vocabulary
    let digest = ContentDigest()
    let scratch = DecodingScratch()

    /// `dimensions` are names of members that are kept as dimensions, see ``ProfilerTelemetry/dimensions``.
    package init(limits: DecodingLimits, dimensions: [String] = []) {
        self.limits = limits
        vocabulary = Vocabulary(dimensions: dimensions)
    }

    /// Decides the delivery at `index`: appends one decision, its record, and the warnings of an accepted message.
    package mutating func decide(_ index: Int, in batch: DeliveryBatch, now: Timestamp) {
        var envelope = Envelope(delivery: batch.deliveries[index], now: now)
        let document = open(&envelope, in: batch)
        guard let tape = document.tape else {
            return reject(envelope.errors, eventID: eventIDText(nil, envelope, batch), at: nil, in: batch)
        }
        var checks = MemberChecks(tape, document.substitutions, limits, scratch)
        checks.isAmbiguous = document.hasEscapedLetter
        checks.hasNulls = document.hasNull
        checks.keepsEveryWarning = limits.keepsEveryWarning || envelope.delivery.properties.replyTo != nil
        switch envelope.delivery.queue {
        case .profiler: decideProfiler(index, &checks, envelope, in: batch)
        case .intelligence: decideIntelligence(index, &checks, envelope, in: batch)
        }
        parser.giveBack(after: Int(max(envelope.delivery.body.count, envelope.event.count)))
    }

    /// What is around the body.
    struct Envelope: ~Copyable {
        let delivery: Delivery
        let now: Timestamp
        /// Of the document as a whole; they come before those of its members.
        var errors: [Rejection] = []
        /// Nothing can be said of the body.
        var isClosed = false
        /// Where the event is in the batch's bytes: the body as it came, or what was unpacked from it.
        var event: ByteRange
        /// The id of what the event was wrapped in, which counts where the event has none of its own and there is no `message_id`.
        var eventID: ByteRange?
        /// The time of what the event was wrapped in, which counts where nothing else says one.
        var time: Timestamp?
        /// About the wrapping, before those about the members.
        var warnings: [Warning] = []

        init(delivery: Delivery, now: Timestamp) {
            self.delivery = delivery
            self.now = now
            event = delivery.body
        }
    }

    func reject(_ errors: [Rejection], eventID: String, at time: Timestamp?, in batch: DeliveryBatch) {
        batch.reject(RejectedMessage(eventID: eventID, occurredAt: time, errors: errors))
    }

    /// Leaves the warnings to a message that is accepted: first those about its envelope.
    @inline(__always)
    func warn(of index: Int, _ envelope: borrowing Envelope, _ checks: borrowing MemberChecks, in batch: DeliveryBatch)
    {
        for warning in envelope.warnings { batch.warn(index, warning) }
        checks.warn(of: index, in: batch)
    }

    /// For what is wrong with the envelope and with the members together.
    func reject(
        _ envelope: borrowing Envelope, _ checks: borrowing MemberChecks, eventID: String, at time: Timestamp?,
        in batch: DeliveryBatch
    ) {
        batch.reject(
            RejectedMessage(
                eventID: eventID, occurredAt: time, errors: envelope.errors + checks.errors,
                errorCount: envelope.errors.count + checks.errorCount))
    }
}

/// Every name and word of a message, ready for lookup.
struct Vocabulary: ~Copyable {
    let profiler = ProfilerMember.table
    let intelligence = IntelligenceMember.table
    let answer = AnswerMember.table
    let device = DeviceMember.table
    let completionStatus = WordTable<CompletionStatus>()
    let workStyleCluster = WordTable<WorkStyleCluster>()
    let difficulty = WordTable<Difficulty>()
    let action = WordTable<RecommendationAction>()
    let confidence = WordTable<Confidence>()
    let outcomeStatus = WordTable<OutcomeStatus>()
    let viewType = WordTable<ViewType>()
    /// Those that the settings declare.
    let dimensions: NameTable
    let hasDimensions: Bool

    init(dimensions: [String]) {
        self.dimensions = NameTable(dimensions)
        hasDimensions = !dimensions.isEmpty
    }
}
