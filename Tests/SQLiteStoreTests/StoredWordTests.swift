import Events
import StoreFixtures
import Testing

@testable import SQLiteStore

/// The tables of events hold the words of the messages.
@Suite struct StoredWordTests {
    private func expectTheSame<Word: WireValue>(_ name: (Word) -> StaticString) {
        for word in Word.allCases { #expect("\(name(word))" == word.rawValue) }
    }

    @Test func `what is written is what is read`() {
        expectTheSame(\CompletionStatus.staticName)
        expectTheSame(\WorkStyleCluster.staticName)
        expectTheSame(\Difficulty.staticName)
        expectTheSame(\RecommendationAction.staticName)
        expectTheSame(\Confidence.staticName)
        expectTheSame(\OutcomeStatus.staticName)
        expectTheSame(\ViewType.staticName)
    }

    @Test func `queues have the same words in every table`() throws {
        #expect(IngestQueue.allCases.map(\.name) == ["profiler-telemetry", "intelligence-events"])
        let store = try TemporaryStore()
        for _ in 0..<2 {
            var builder = BatchBuilder()
            builder.profiler("p1", at: 1, session: "s")
            builder.recommendation("r1", at: 1)
            _ = try store.writer().append(builder.batch)
        }
        for table in ["_duplicate_deliveries", "ingest_minutes"] {
            let words = try store.client().text(
                "SELECT group_concat(queue) FROM (SELECT DISTINCT queue FROM \(table) ORDER BY 1 DESC)")
            #expect(words == "profiler-telemetry,intelligence-events")
        }
    }
}
