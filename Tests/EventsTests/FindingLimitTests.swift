@testable import Events
import Testing

/// However much is wrong with a message, it costs the first errors and a number.
@Suite struct FindingLimitTests {
    /// A profiler message with `count` wrong modules.
    private static func wrong(_ count: Int, name: (Int) -> String = { "m\($0)" }) -> String {
        let modules = (0..<count).map { "\"\(name($0))\":\"x\"" }.joined(separator: ",")
        return #"{"user_id":"u","session_id":"s","completion_status":"started","emitted_at":"2026-02-09T12:00:00Z","#
            + #""time_spent_per_module":{\#(modules)}}"#
    }

    @Test(arguments: [(31, 31), (32, 32), (33, 32), (20_000, 32)])
    func `the first 32 errors of a message are kept and all are counted`(modules: Int, kept: Int) throws {
        let batch = DecoderHarness.decide(Self.wrong(modules), from: .profiler, isStrict: true)
        let message = try #require(batch.rejections.first)
        // Too many modules are one more error, and those beyond are not looked into.
        #expect(message.errorCount == min(modules, 64) + (modules > 64 ? 1 : 0))
        #expect(message.errors.count == kept)
        #expect(message.errors.map(\.pointer) == (0..<kept).map { "/time_spent_per_module/m\($0)" })
    }

    @Test func `errors of the envelope count with those of the members`() throws {
        let batch = DeliveryBatch()
        var properties = MessageProperties()
        properties.contentType = batch.bytes.append("text/plain")
        let body = batch.append(Array(Self.wrong(40).utf8))
        batch.deliveries.append(
            Delivery(tag: 1, queue: .profiler, receivedAt: 0, body: body, properties: properties))
        var limits = DecodingLimits()
        limits.isStrict = true
        var decoder = MessageDecoder(limits: limits)
        decoder.decide(0, in: batch, now: DecoderHarness.now)
        let message = try #require(batch.rejections.first)
        #expect(message.errorCount == 41 && message.errors.count == 32)
        #expect(message.errors[0].reason == .unsupportedEncoding)
    }

    @Test func `what is quoted in an error or its pointer is cut`() throws {
        let long = String(repeating: "é~\u{1F600}", count: 10_000)
        let batch = DecoderHarness.decide(Self.wrong(2) { "\(long)\($0)" }, from: .profiler, isStrict: true)
        let message = try #require(batch.rejections.first)
        #expect(message.errorCount == 2)
        for error in message.errors { #expect(error.pointer.utf8.count + error.detail.utf8.count < 2000) }
        #expect(message.errors[0].pointer.hasSuffix("…"))
    }

    @Test func `a batch counts what its errors and warnings weigh`() {
        let small = DecoderHarness.decide(Self.wrong(1), from: .profiler)
        let large = DecoderHarness.decide(Self.wrong(3000), from: .profiler)
        #expect(small.weight > small.bytes.count)
        let body = Int(large.deliveries[0].body.count)
        #expect(large.weight > body && large.weight < body + 20_000)
    }

    @Test func `of the warnings of one message the first 32 are kept and all are counted`() {
        let batch = DeliveryBatch()
        for delivery in 0..<3 {
            for number in 0..<(delivery == 1 ? 100 : 31) {
                batch.warn(delivery, Warning(.unknownOption, at: "/\(number)", "x"))
            }
        }
        #expect(batch.warnings.map(\.delivery) == [0, 1, 2].flatMap { Array(repeating: $0, count: $0 == 1 ? 32 : 31) })
        #expect(batch.warningsLeftOut == [1: [.unknownOption: 68]])
        // One of another code takes the place of the last of those.
        let last = DeliveryBatch()
        for number in 0..<40 { last.warn(0, Warning(.unknownOption, at: "/\(number)", "x")) }
        last.warn(0, Warning(.timeOrder, at: "/t", "x"))
        last.warn(0, Warning(.timeOrder, at: "/u", "x"))
        #expect(last.warnings.count == 32 && last.warnings.last?.warning.pointer == "/t")
        #expect(last.warnings[30].warning.pointer == "/30")
        #expect(last.warningsLeftOut == [0: [.unknownOption: 9, .timeOrder: 1]])
    }

    /// Five values in texts, and another code.
    private static let coerced = #"""
        {"user_id":1,"session_id":"s","completion_status":"FINISHED","aptitude_score":"1","overall_score":"2","behavioral_score":"3",\#
        "attempt_count":"4","difficulty_selection":"none","emitted_at":"2026-02-09T12:00:00Z"}
        """#

    @Test(arguments: [false, true])
    func `nobody looks for words that nobody reads, and a receipt has all of them`(isAskedFor: Bool) throws {
        let batch = DeliveryBatch()
        var properties = MessageProperties()
        if isAskedFor { properties.replyTo = batch.bytes.append("answers") }
        let body = batch.append(Array(Self.coerced.utf8))
        batch.deliveries.append(
            Delivery(tag: 1, queue: .profiler, receivedAt: 0, body: body, properties: properties))
        var limits = DecodingLimits()
        limits.keepsEveryWarning = false
        var decoder = MessageDecoder(limits: limits)
        decoder.decide(0, in: batch, now: DecoderHarness.now)
        let codes = batch.warnings.map(\.warning.code)
        #expect(codes.filter { $0 == .coerced }.count == (isAskedFor ? 5 : 1))
        #expect(codes.filter { $0 == .memberIgnored }.count == 1)
        #expect(batch.warnings.first { $0.warning.code == .coerced }?.warning.pointer == "/completion_status")
        #expect(batch.warningsLeftOut == (isAskedFor ? [:] : [0: [.coerced: 4]]))
    }
}
