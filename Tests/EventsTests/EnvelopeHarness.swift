@testable import Events

/// What a message comes in.
struct Wrapping {
    var contentType: String?
    var contentEncoding: String?
    /// The header table as one JSON object.
    var headers: String?
    var messageID: String?
    var isStrict = false
    var limit = 262_144

    static func headers(_ headers: String) -> Wrapping { Wrapping(headers: headers) }
    static func type(_ type: String) -> Wrapping { Wrapping(contentType: type) }
    static func encoding(_ encoding: String) -> Wrapping { Wrapping(contentEncoding: encoding) }

    func deliver(_ body: [UInt8], from queue: IngestQueue, to batch: DeliveryBatch) {
        var properties = MessageProperties()
        properties.contentType = contentType.map { batch.bytes.append($0) }
        properties.contentEncoding = contentEncoding.map { batch.bytes.append($0) }
        properties.headers = headers.map { batch.bytes.append($0) }
        properties.messageID = messageID.map { batch.bytes.append($0) }
        batch.deliveries.append(
            Delivery(
                tag: 1, queue: queue, receivedAt: DecoderHarness.now, body: batch.append(body), properties: properties))
    }

    var limits: DecodingLimits {
        var limits = DecodingLimits(maximumMessageBytes: limit)
        limits.isStrict = isStrict
        return limits
    }
}

/// What the envelope stage makes of a message.
struct Opened {
    /// Nil where there is no document.
    var event: String?
    var eventID: String?
    var time: String?
    /// `code pointer`.
    var errors: [String] = []
    var warnings: [String] = []
    var details: [String] = []

    init(_ body: [UInt8], _ wrapping: Wrapping = Wrapping(), from queue: IngestQueue = .intelligence) {
        let batch = DeliveryBatch()
        wrapping.deliver(body, from: queue, to: batch)
        var decoder = MessageDecoder(limits: wrapping.limits)
        var envelope = MessageDecoder.Envelope(delivery: batch.deliveries[0], now: DecoderHarness.now)
        let document = decoder.open(&envelope, in: batch)
        if document.tape != nil { event = batch.bytes.text(envelope.event) }
        eventID = envelope.eventID.map { batch.bytes.text($0) }
        time = envelope.time.map { RFC3339.text($0) }
        errors = envelope.errors.map { "\($0.reason.rawValue) \($0.pointer)" }
        warnings = envelope.warnings.map { "\($0.code.rawValue) \($0.pointer)" }
        details = envelope.errors.map(\.detail) + envelope.warnings.map(\.detail)
    }

    init(_ body: String, _ wrapping: Wrapping = Wrapping(), from queue: IngestQueue = .intelligence) {
        self.init(Array(body.utf8), wrapping, from: queue)
    }

    /// Nothing is said of it.
    var isPlain: Bool { errors.isEmpty && warnings.isEmpty && eventID == nil && time == nil }
}
