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
        decoder = Self.decoder(options)
        deliveryLimit = options.deliveryLimit
        privacy = options.privacy
        alignment = options.alignment
        self.recorder = recorder
        self.deaths = deaths
    }

    /// The store has the first warning of each code and how many there are; a receipt has all of them.
    private static func decoder(_ options: IngestOptions) -> MessageDecoder {
        var limits = options.limits
        limits.keepsEveryWarning = false
        return MessageDecoder(limits: limits, dimensions: options.dimensions)
    }

    /// Decides by other options from now on; never called inside a batch.
    mutating func adopt(_ options: IngestOptions) {
        decoder = Self.decoder(options)
        deliveryLimit = options.deliveryLimit
        privacy = options.privacy
        alignment = options.alignment
        scratch = AlignmentScratch()
    }

    /// Decides every delivery of `batch` from `first` on; afterwards each has a decision. Stops where more than `limit` bytes were made of
    /// them, because what came compressed may be large: returns how many deliveries of the batch are decided.
    @discardableResult
    mutating func decide(
        from first: Int, of batch: DeliveryBatch, now: Timestamp, making limit: Int = .max
    ) -> Int {
        let before = batch.bytes.count
        batch.assessor = alignment
        for index in first..<batch.count {
            if batch.bytes.count - before > limit {
                recorder.note(0, by: .receive)
                return index
            }
            let delivery = batch.deliveries[index]
            if isDeadly(delivery.fingerprint) {
                // Not even its id is looked for: that would be the next death.
                let eventID = MessageDecoder.eventIDWithoutDecoding(of: delivery, in: batch)
                let deaths = deaths[delivery.fingerprint] ?? 0
                let rejection = Rejection.deadly(delivery, deaths: deaths, limit: deliveryLimit)
                batch.reject(RejectedMessage(eventID: eventID, occurredAt: nil, errors: [rejection]))
                continue
            }
            recorder.note(delivery.fingerprint, by: .receive)
            #if SEEDED_BUGS
            SeededBug.dieIfAsked(over: batch.bytes[delivery.body])
            #endif
            decoder.decide(index, in: batch, now: now)
            if Int(delivery.deliveryCount) > deliveryLimit + excused {
                batch.overrule(index, with: .overdelivered(delivery, limit: deliveryLimit))
                continue
            }
            guard case .profiler(let place) = batch.decisions[index] else { continue }
            alignment.assess(index, batch.profilers[place], in: batch, &scratch)
            let payload = batch.profilers[place].payload ?? delivery.body
            if let changed = privacy.apply(to: payload, in: &batch.bytes) { batch.profilers[place].payload = changed }
        }
        recorder.note(0, by: .receive)
        return batch.count
    }

    /// Redeliveries that are nobody's own fault: each death over another message, and each connection given up for lack of memory, had the
    /// broker hand out its neighbours once more.
    private var excused: Int { deaths.isEmpty ? 0 : deaths.values.reduce(0, +) }

    func isDeadly(_ fingerprint: UInt64) -> Bool { (deaths[fingerprint] ?? 0) > deliveryLimit }
}
