import Testing

@testable import Events

/// What an event says decides its digest, and nothing else does. From fixed seeds.
@Suite struct SpellingPropertyTests {
    private static let rounds = 150

    private func content(_ body: String, _ queue: IngestQueue) -> UInt64? {
        let batch = DecoderHarness.decide(body, from: queue)
        let identity = batch.profilers.first?.identity ?? batch.intelligence.first?.identity
        if identity == nil {
            Issue.record("refused: \(batch.rejections.first?.errors.first?.detail ?? "") \(body)")
        }
        return identity?.content
    }

    private func plain(_ message: SensibleMessage) -> UInt64? {
        var speller = Speller(random: SeededRandom(seed: 1), isFree: false)
        return content(speller.body(message), message.queue)
    }

    @Test(arguments: IngestQueue.allCases)
    func `a message is the same event in every spelling`(queue: IngestQueue) {
        var random = SeededRandom(seed: 2026)
        for round in 0..<Self.rounds {
            let message = SensibleMessage.random(queue, using: &random)
            let known = plain(message)
            #expect(known != 0)
            var speller = Speller(random: SeededRandom(seed: UInt64(round)))
            for _ in 0..<4 {
                let body = speller.body(message)
                guard content(body, queue) != known else { continue }
                var plainest = Speller(random: SeededRandom(seed: 1), isFree: false)
                Issue.record("another event: \(body)\nthan: \(plainest.body(message))")
                return
            }
        }
    }

    @Test(arguments: IngestQueue.allCases)
    func `a message that says something else is another event`(queue: IngestQueue) {
        var random = SeededRandom(seed: 711)
        var seen = 0
        for _ in 0..<Self.rounds / 3 {
            let message = SensibleMessage.random(queue, using: &random)
            let known = plain(message)
            // The time by which it is placed is its identity's.
            for name in message.members.keys.sorted() where name != "emitted_at" && name != "occurred_at" {
                var changed = message
                changed.members[name] = message.members[name]?.changed(using: &random)
                expectAnother(changed, than: known, name)
                guard message.optional.contains(name) else { continue }
                changed.members[name] = nil
                expectAnother(changed, than: known, "without \(name)")
                seen += 1
            }
        }
        #expect(seen > Self.rounds / 3)
    }

    private func expectAnother(_ message: SensibleMessage, than known: UInt64?, _ what: String) {
        let content = plain(message)
        #expect(content != known && content != 0, "\(what)")
    }
}
