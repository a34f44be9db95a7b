internal import Events
internal import Terminal
internal import Threads

/// A payload that passed the daemon's checks, or all of those that scoring needs.
struct DecodedPayload {
    let line: Int
    let eventID: String
    /// Nil where the payload does not say.
    let sessionID: String?
    let message: ProfilerTelemetry
    /// Warnings of the checks.
    let warnings: [Warning]
    /// What the daemon would have refused it for: that it does not say whose session it is, in which state, or when.
    let missing: [Rejection]
}

/// Decodes payloads one by one with the daemon's decoder.
struct PayloadDecoder: ~Copyable {
    private var decoder: MessageDecoder
    /// Does without the members that say whose session it is and when.
    private var lenient: MessageDecoder
    /// What the last payload is made of.
    let batch = DeliveryBatch()

    init(limits: DecodingLimits) {
        var limits = limits
        decoder = MessageDecoder(limits: limits)
        limits.requiresSession = false
        lenient = MessageDecoder(limits: limits)
    }

    /// The decoded payload, or everything that is wrong with it.
    mutating func decode(_ payload: Payload) -> Result<DecodedPayload, PayloadRefusal> {
        Self.decide(payload.body, batch, &decoder)
        var missing: [Rejection] = []
        if let refused = batch.rejections.first {
            guard refused.errors.allSatisfy(Self.isAboutSession) else {
                return .failure(PayloadRefusal(line: payload.line, eventID: refused.eventID, errors: refused.errors))
            }
            missing = refused.errors
            Self.decide(payload.body, batch, &lenient)
        }
        guard let message = batch.profilers.first else {
            let errors = batch.rejections.first?.errors ?? missing
            return .failure(PayloadRefusal(line: payload.line, eventID: "", errors: errors))
        }
        return .success(
            DecodedPayload(
                line: payload.line, eventID: batch.bytes.text(message.identity.eventID),
                sessionID: message.sessionID.isEmpty ? nil : batch.bytes.text(message.sessionID), message: message,
                warnings: batch.warnings.map(\.warning), missing: missing))
    }

    private static func isAboutSession(_ error: Rejection) -> Bool {
        switch error.reason {
        case .missingTime: true
        case .missingField: ["/user_id", "/session_id", "/completion_status"].contains(error.pointer)
        default: false
        }
    }

    private static func decide(_ body: [UInt8], _ batch: DeliveryBatch, _ decoder: inout MessageDecoder) {
        batch.removeAll()
        let range = body.withUnsafeBytes { batch.bytes.append($0) }
        let now = wallClock()
        batch.deliveries.append(Delivery(tag: 1, queue: .profiler, receivedAt: now, body: range))
        decoder.decide(0, in: batch, now: now)
    }
}

/// A payload that the daemon would put into quarantine, and why.
struct PayloadRefusal: Error {
    let line: Int
    let eventID: String
    let errors: [Rejection]

    /// For standard error, a line for each error.
    var text: OutputText {
        errors.map { "line \(line): error \($0.reason.rawValue) \"\($0.pointer)\": \($0.detail)" as OutputText }.joined(
            separator: "\n")
    }
}
