import Events
import Foundation
import Logging
import Rollups
import Status
import Synchronization
import Testing
import Threads

@testable import Ingest
@testable import SQLiteStore
@testable import Store

/// What becomes of messages is counted in five places, each with a purpose of its own; they may not disagree.
@Suite struct CountTests {
    /// What one of the places counts.
    private struct Counts: Equatable {
        var received: Int
        var stored: Int
        var duplicates: Int
        var quarantined: Int
    }

    private typealias Message = ScriptedSource.Message
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "alidade-counts-\(UUID().uuidString)")
    private var location: StoreLocation { StoreLocation(path: folder.appendingPathComponent("alidade.db").path) }

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func outcome(_ id: String, _ status: String) -> Message {
        Message(
            body: """
                {"event_id":"\(id)","occurred_at":"2026-02-09T12:00:00Z","outcome_status":"\(status)","risk_signal_id":42,\
                "explanation_version":"v1"}
                """)
    }

    /// Every way in which a message ends: stored; duplicate of a stored and of a quarantined one; quarantined by the decoder, by the loop and
    /// by the store.
    private var messages: [Message] {
        let broken = Message(body: "{", queue: .profiler)
        return [
            .profiler(1), .view(1), .view(1), .profiler(2), .profiler(1), broken, broken, Message(body: "{}"),
            .view(2, deliveryCount: 11), outcome("o1", "ESCALATED"), outcome("o2", "RESOLVED"), .view(3),
        ]
    }

    @Test func `received is stored and duplicates and quarantined, wherever it is counted`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let journal = Journal()
        let batches = Mutex<[BatchResult]>([])
        var options = IngestOptions()
        options.maximumBatch = 5
        var hooks = IngestHooks()
        hooks.onCommit = { result in batches.withLock { $0.append(result) } }
        let pipeline = IngestPipeline(
            store: SQLiteEventStore(location), options: options, hooks: hooks,
            logger: Logger(label: "test", factory: { _ in JournalHandler(journal: journal) }))
        try pipeline.run(ScriptedSource([.deliver(messages)], journal: Journal()), until: StopSignal())

        let expected = Counts(received: 12, stored: 5, duplicates: 3, quarantined: 4)
        var ofBatches = Counts(received: 0, stored: 0, duplicates: 0, quarantined: 0)
        for result in batches.withLock({ $0 }) {
            ofBatches.received += result.outcomes.count
            ofBatches.stored += result.stored
            ofBatches.duplicates += result.duplicates
            ofBatches.quarantined += result.quarantined
        }
        #expect(ofBatches == expected)
        let tally = pipeline.status.tally
        #expect(
            Counts(
                received: tally.received, stored: tally.stored, duplicates: tally.duplicates,
                quarantined: tally.quarantined) == expected)
        #expect(try minutes() == expected)
        #expect(try metrics() == expected)
        #expect(said(in: journal) == expected.quarantined)
        let reasons = IngestQueue.allCases.flatMap { Array(tally[$0].reasons.values) }
        #expect(reasons.reduce(0, +) == expected.quarantined)
        #expect(try rows() == [expected.stored, expected.quarantined])
    }

    /// The balance.
    private func minutes() throws -> Counts {
        let database = try Database.open(location.path, .readOnly)
        func sum(_ column: String) throws -> Int {
            Int(try database.integer("SELECT sum(\(column)) FROM ingest_minutes") ?? -1)
        }
        return Counts(
            received: try sum("received"), stored: try sum("stored"), duplicates: try sum("duplicates"),
            quarantined: try sum("quarantined"))
    }

    /// What the metric `data_quality` is made of.
    private func metrics() throws -> Counts {
        let reader = RollupReader(try SQLiteEventStore(location).rollups())
        let sums = try reader.snapshot { rollups throws(StoreError) in
            try rollups.sums(.deliveries, from: 0, to: wallClock() + 1_000_000)
        }
        func sum(_ item: Int) -> Int {
            var sum = 0
            for queue in IngestQueue.allCases { sum += Int(sums.value(Int(queue.rawValue), item)) }
            return sum
        }
        let (stored, duplicates) = (sum(DeliveryItem.stored), sum(DeliveryItem.duplicates))
        let quarantined = sum(DeliveryItem.quarantined)
        return Counts(
            received: stored + duplicates + quarantined, stored: stored, duplicates: duplicates,
            quarantined: quarantined)
    }

    /// What the lines about quarantined messages add up to.
    private func said(in journal: Journal) -> Int {
        journal.content.filter { $0.hasPrefix("warning quarantined") }.reduce(0) { sum, line in
            sum + (line.firstMatch(of: /messages=(\d+)/).flatMap { Int($0.1) } ?? 0)
        }
    }

    /// The rows that the counts are about.
    private func rows() throws -> [Int] {
        let database = try Database.open(location.path, .readOnly)
        return try ["_event_identities", "quarantine"].map { table in
            Int(try database.integer("SELECT count(*) FROM \(table)") ?? -1)
        }
    }
}
