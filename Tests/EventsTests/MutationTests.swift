@testable import Events
import Testing

/// Random damage to good messages, from a fixed seed.
enum Mutation {
    private static let tokens = [
        "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "true", "-", "1e999", "9e307",
        "123456789012345678901234567890",
        "\\ud800", "\\u0000", "é",
        "\"event_id\":", "\"user_id\":1,", "0.5", " ", "\n",
    ]

    static func random(of body: [UInt8], using random: inout SeededRandom) -> [UInt8] {
        var body = body
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0...body.count, using: &random)
            let end = min(body.count, place + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0 where place < body.count: body[place] = UInt8.random(in: 0...255, using: &random)
            case 1: body.removeSubrange(place..<end)
            case 2: body.insert(contentsOf: body[place..<end], at: place)
            case 3: body.insert(contentsOf: (tokens.randomElement(using: &random) ?? "").utf8, at: place)
            default: if Int.random(in: 0..<8, using: &random) == 0 { body.removeSubrange(place...) }
            }
        }
        return body
    }
}

@Suite struct MutationTests {
    @Test(arguments: IngestQueue.allCases)
    func `a damaged message gets exactly one decision that holds together`(queue: IngestQueue) {
        let good = queue == .profiler ? DecoderHarness.profiler : DecoderHarness.intelligence
        var random = SeededRandom(seed: 42)
        var decoder = MessageDecoder(limits: DecodingLimits())
        let batch = DeliveryBatch()
        var accepted = 0
        for round in 0..<20_000 {
            if round % 500 == 0 { batch.removeAll() }
            let body = batch.append(Mutation.random(of: Array(good.utf8), using: &random))
            batch.deliveries.append(Delivery(tag: 1, queue: queue, receivedAt: DecoderHarness.now, body: body))
            decoder.decide(batch.count - 1, in: batch, now: DecoderHarness.now)
            expectOneDecision(batch, queue)
            if case .rejected = batch.decisions.last { continue }
            accepted += 1
        }
        // Neither everything nor nothing, or the damage is of no use.
        #expect(accepted > 1000 && accepted < 19_000)
    }

    private func expectOneDecision(_ batch: DeliveryBatch, _ queue: IngestQueue) {
        #expect(batch.decisions.count == batch.count)
        #expect(batch.profilers.count + batch.intelligence.count + batch.rejections.count == batch.count)
        #expect(batch.answers.count == batch.profilers.last?.answers.upperBound ?? 0)
        #expect(batch.reportedAlignment.count == batch.profilers.last?.reportedAlignment.upperBound ?? 0)
        guard let decision = batch.decisions.last else { return }
        #expect(!batch.identity(of: decision).eventID.isEmpty)
        guard case .rejected(let place) = decision else {
            #expect(queue == .profiler ? batch.intelligence.isEmpty : batch.profilers.isEmpty)
            return
        }
        #expect(place == batch.rejections.count - 1)
        let errors = batch.rejections[place].errors
        #expect(!errors.isEmpty)
        #expect(errors.allSatisfy { !$0.detail.isEmpty && ($0.pointer.isEmpty || $0.pointer.hasPrefix("/")) })
        #expect(batch.warnings.allSatisfy { $0.delivery < batch.count - 1 })
    }

    @Test func `the slow look agrees with the parser on what is JSON`() {
        var random = SeededRandom(seed: 99)
        var parser = DocumentParser()
        var refused = 0
        for _ in 0..<20_000 {
            let body = Mutation.random(of: Array(DecoderHarness.profiler.utf8), using: &random)
            guard String(validating: body, as: UTF8.self) != nil else { continue }
            let padded = body + [UInt8](repeating: 0, count: ByteArena.padding)
            let document = padded.withUnsafeBytes { parser.parse(UnsafeRawBufferPointer(rebasing: $0[..<body.count])) }
            let isJSON = body.withUnsafeBytes { (try? JSONDiagnosis($0)) != nil }
            #expect(isJSON == (document.flaw?.reason != .notJSON))
            if !isJSON { refused += 1 }
        }
        #expect(refused > 1000)
    }
}
