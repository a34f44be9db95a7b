@testable internal import Events

/// What became of one input, apart from the batch.
struct Outcome: Equatable {
    var isRejected = false
    var eventID = ""
    var occurredAt: Timestamp?
    /// Of an accepted message.
    var content: UInt64 = 0
    /// Where it is not the body as it came.
    var payload: [UInt8]?
    var extra: [UInt8]?
    var errors: [Rejection] = []
    var errorCount = 0
    var warnings: [Warning] = []
    /// Bytes that the batch holds.
    var weight = 0

    init(of input: Input) {
        let batch = DeliveryBatch()
        func append(_ text: String?) -> ByteRange? { text.map { batch.bytes.append($0) } }
        var delivery = Delivery(tag: 1, queue: input.queue, receivedAt: Input.now, body: .empty)
        delivery.body = input.body.withUnsafeBytes { batch.bytes.append($0) }
        delivery.properties.contentType = append(input.contentType)
        delivery.properties.contentEncoding = append(input.contentEncoding)
        delivery.properties.messageID = append(input.messageID)
        delivery.properties.headers = append(input.headers)
        delivery.properties.timestamp = input.timestamp
        batch.deliveries.append(delivery)
        var decoder = MessageDecoder(limits: input.limits)
        decoder.decide(0, in: batch, now: Input.now)
        expect(batch.decisions.count == 1, "there is one decision")
        expect(
            batch.profilers.count + batch.intelligence.count + batch.rejections.count == 1, "there is one record")
        read(batch, input.queue)
    }

    private mutating func read(_ batch: DeliveryBatch, _ queue: IngestQueue) {
        eventID = batch.eventID(of: 0)
        warnings = batch.warnings(of: 0)
        weight = batch.weight
        switch batch.decisions[0] {
        case .profiler(let place):
            let record = batch.profilers[place]
            expect(queue == .profiler, "the queue decides the schema")
            (content, occurredAt) = (record.identity.content, record.identity.occurredAt)
            payload = Array(batch.bytes[record.payload ?? batch.deliveries[0].body])
            expect(record.answers.upperBound == batch.answers.count, "every answer is the message's")
            expect(
                record.reportedAlignment.upperBound == batch.reportedAlignment.count, "every track is the message's")
            expect(record.moduleTimes.upperBound == batch.moduleTimes.count, "every module is the message's")
        case .intelligence(let place):
            let record = batch.intelligence[place]
            expect(queue == .intelligence, "the queue decides the schema")
            (content, occurredAt) = (record.identity.content, record.identity.occurredAt)
            extra = record.extra.map { Array(batch.bytes[$0]) }
        case .rejected(let place):
            isRejected = true
            occurredAt = batch.rejections[place].occurredAt
            errors = batch.rejections[place].errors
            errorCount = batch.rejections[place].errorCount
        }
    }
}

/// Ends the process with a sentence, which libFuzzer takes for a crash.
func expect(_ holds: Bool, _ sentence: @autoclosure () -> String) {
    if !holds { fatalError("does not hold: \(sentence())") }
}
