internal import Alignment
internal import Events
internal import Store

/// Decides deliveries: refuses what has killed the process too often, has everything else decoded and checked, applies the privacy policy.
struct Decider: ~Copyable {
    private var decoder: MessageDecoder
    private var deliveryLimit: Int
    private var privacy: PrivacyPolicy
    let recorder: FlightRecorder
    /// The models that deliveries are scored by.
    private(set) var alignment: AlignmentStage
    private var scratch = AlignmentScratch()
    /// Deaths of the process by the fingerprint of the message it was handling.
    var deaths: [UInt64: Int]

    init(options: IngestOptions, recorder: FlightRecorder, deaths: [UInt64: Int]) {
        decoder = MessageDecoder(limits: DecodingLimits(maximumMessageBytes: options.maximumMessageBytes))
        deliveryLimit = options.deliveryLimit
        privacy = options.privacy
        alignment = options.alignment
        self.recorder = recorder
        self.deaths = deaths
    }

    /// Decides by other options from now on; never called inside a batch.
    mutating func adopt(_ options: IngestOptions) {
        decoder = MessageDecoder(limits: DecodingLimits(maximumMessageBytes: options.maximumMessageBytes))
        deliveryLimit = options.deliveryLimit
        privacy = options.privacy
        alignment = options.alignment
        scratch = AlignmentScratch()
    }

    /// Decides every delivery of `batch` from `first` on; afterwards each has a decision.
    mutating func decide(from first: Int, of batch: DeliveryBatch, now: Timestamp) {
        for index in first..<batch.count {
            let delivery = batch.deliveries[index]
            if isDeadly(delivery.fingerprint) {
                // Not even its id is looked for: that would be the next death.
                let eventID = MessageDecoder.eventIDWithoutDecoding(of: delivery, in: batch)
                batch.reject(index, eventID: eventID, at: nil, [deadly(delivery)])
                continue
            }
            recorder.note(delivery.fingerprint, by: .receive)
            #if SEEDED_BUGS
            SeededBug.dieIfAsked(over: batch.bytes[delivery.body])
            #endif
            decoder.decide(index, in: batch, now: now)
            if Int(delivery.deliveryCount) > deliveryLimit + excused {
                batch.overrule(index, with: overdelivered(delivery))
                continue
            }
            guard case .profiler(let place) = batch.decisions[index] else { continue }
            alignment.assess(index, batch.profilers[place], in: batch, &scratch)
            let payload = batch.profilers[place].payload ?? delivery.body
            if let changed = privacy.apply(to: payload, in: &batch.bytes) { batch.profilers[place].payload = changed }
        }
        recorder.note(0, by: .receive)
    }

    /// Redeliveries that are nobody's own fault: each death over another message, and each connection given up for lack of memory, had the
    /// broker hand out its neighbours once more.
    private var excused: Int { deaths.isEmpty ? 0 : deaths.values.reduce(0, +) }

    func isDeadly(_ fingerprint: UInt64) -> Bool { (deaths[fingerprint] ?? 0) > deliveryLimit }

    private func deadly(_ delivery: Delivery) -> Rejection {
        let count = deaths[delivery.fingerprint] ?? 0
        guard delivery.droppedBytes > 0 else {
            let sentence = "the daemon died \(count) times while it was handling the message"
            return Rejection(.poison, at: "", "\(sentence); after \(deliveryLimit) it is not tried again")
        }
        let size = UInt64(delivery.body.count) + delivery.droppedBytes
        let sentence =
            "the daemon died \(count) times while it was handling the message, or had no memory for it; after \(deliveryLimit) it is not "
            + "tried again; of its \(size) bytes the first \(delivery.body.count) are kept"
        return Rejection(.poison, at: "", sentence)
    }

    private func overdelivered(_ delivery: Delivery) -> Rejection {
        Rejection(
            .poison, at: "",
            "the broker has redelivered the message \(delivery.deliveryCount) times; after \(deliveryLimit) it is not tried again"
        )
    }
}

extension DeliveryBatch {
    func reject(_ index: Int, eventID: String, at occurredAt: Timestamp?, _ errors: [Rejection]) {
        precondition(decisions.count == index, "deliveries are decided in order")
        reject(RejectedMessage(eventID: eventID, occurredAt: occurredAt, errors: errors))
    }

    /// Refuses the delivery decided last, whatever was decided, but keeps its identity.
    func overrule(_ index: Int, with rejection: Rejection) {
        let eventID = eventID(of: index)
        let occurredAt: Timestamp?
        switch decisions[index] {
        case .profiler(let place): occurredAt = profilers[place].identity.occurredAt
        case .intelligence(let place): occurredAt = intelligence[place].identity.occurredAt
        case .rejected(let place): occurredAt = rejections[place].occurredAt
        }
        decisions.removeLast()
        withdrawWarnings(index)
        reject(index, eventID: eventID, at: occurredAt, [rejection])
    }

    /// The first reasons of what was quarantined, each with its count.
    func reasons(_ result: BatchResult) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (index, outcome) in result.outcomes.enumerated() where outcome == .quarantined {
            if let reason = errors(of: index, result).first?.reason { counts[reason.rawValue, default: 0] += 1 }
        }
        return counts
    }

    /// How many errors the delivery has, of which ``errors(of:_:)`` are the first.
    func errorCount(of index: Int, _ result: BatchResult) -> Int {
        if let refusal = result.refusals[index] { return refusal.count }
        if case .rejected(let place) = decisions[index] { return rejections[place].errorCount }
        return 0
    }

    /// Why the delivery was refused, by the decoder or by the store; empty where it was not.
    func errors(of index: Int, _ result: BatchResult) -> [Rejection] {
        if let refusal = result.refusals[index] { return refusal }
        if case .rejected(let place) = decisions[index] { return rejections[place].errors }
        return []
    }
}
