import Events
import Foundation
import Logging
import SQLiteStore
import Store
import Synchronization
import Testing
import Threads

@testable import Ingest

@Suite struct IngestLoopTests {
    typealias Message = ScriptedSource.Message
    let journal = Journal()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("alidade-loop-\(UUID().uuidString)")
    var location: StoreLocation { StoreLocation(path: folder.appendingPathComponent("alidade.db").path) }
    let stop = StopSignal()

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    /// Plays a script through the real pipeline and the real store, on a thread of its own, and returns the journal.
    private func play(
        _ steps: [ScriptedSource.Step], maximumBatch: Int = 2000, receipts: (any ReceiptSender)? = nil
    ) throws -> [String] {
        defer { try? FileManager.default.removeItem(at: folder) }
        let journal = journal
        var options = IngestOptions()
        options.maximumBatch = maximumBatch
        var hooks = IngestHooks()
        hooks.onCommit = { result in
            journal.write("stored \(result.stored), duplicate \(result.duplicates), quarantined \(result.quarantined)")
        }
        let pipeline = IngestPipeline(
            store: SQLiteEventStore(location), options: options, hooks: hooks, receipts: receipts,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try pipeline.run(ScriptedSource(steps, journal: journal), until: stop)
        return journal.content
    }

    @Test func `a batch is acknowledged after it is stored`() throws {
        #expect(
            try play([.deliver([.view(1), .view(2)])])
                == ["opened", "stored 2, duplicate 0, quarantined 0", "acknowledged up to 2", "closed"])
    }

    @Test func `a bad message and a duplicate do not hold up their neighbours`() throws {
        #expect(
            try play([.deliver([.view(1), Message(body: "{"), .view(1), .view(2)])])
                == ["opened", "stored 2, duplicate 1, quarantined 1", "acknowledged up to 4", "closed"])
    }

    @Test func `a batch is never larger than allowed`() throws {
        let journal = try play([.deliver((1...5).map { .view($0) })], maximumBatch: 2)
        #expect(
            journal.filter { $0.hasPrefix("stored") }.allSatisfy {
                $0.hasPrefix("stored 1,") || $0.hasPrefix("stored 2,")
            })
        #expect(journal.last == "closed" && journal.contains("acknowledged up to 5"))
    }

    @Test func `after a lost connection no tag of the old one is acknowledged and nothing is stored twice`() throws {
        let journal = try play([
            .deliver([.view(1), .view(2)]), .awaitAcknowledgement, .deliver([.view(3)]), .lose,
            .deliver([.view(3), .view(4)]),
        ])
        let reopened = try #require(journal.lastIndex(of: "opened"))
        #expect(journal[..<reopened].filter { $0.hasPrefix("acknowledged") } == ["acknowledged up to 2"])
        #expect(journal[reopened...].contains("acknowledged up to 2"))
        let stored = journal.compactMap { line in line.hasPrefix("stored ") ? Int(line.dropFirst(7).prefix(1)) : nil }
        #expect(stored.reduce(0, +) == 4)
    }

    @Test func `a stop commits and acknowledges what is in hand`() throws {
        let journal = try play([.deliver([.view(1), .view(2)]), .stop(stop), .deliver([.view(3)])])
        #expect(journal == ["opened", "stored 2, duplicate 0, quarantined 0", "acknowledged up to 2", "closed"])
    }

    @Test func `a message that was redelivered too often is quarantined, its neighbours are stored`() throws {
        #expect(
            try play([.deliver([.view(1), .view(2, deliveryCount: 11), .view(3, deliveryCount: 10)])])
                == ["opened", "stored 2, duplicate 0, quarantined 1", "acknowledged up to 3", "closed"])
    }

    @Test func `a receipt is sent after the commit and before the acknowledgement, which waits for it alone`() throws {
        let receipts = RecordingReceipts(journal: journal)
        let content = try play([.deliver([.view(1), .view(2, replyTo: "answers"), .view(3)])], receipts: receipts)
        #expect(
            content == [
                "opened", "stored 3, duplicate 0, quarantined 0",
                #"receipt to answers {"status":"stored","event_id":"v2","errors":[],"warnings":[]}"#,
                "acknowledged up to 1", "acknowledged 3", "acknowledged 2", "closed",
            ])
    }

    @Test func `a message the process died of is handled alone, after its neighbours`() throws {
        let suspect = Message.view(2)
        let hash = Array(suspect.body.utf8).withUnsafeBytes { Fingerprint.of($0) }
        _ = try SQLiteWriter.open(location).recordDeaths([hash], now: wallClock())
        #expect(
            try play([.deliver([.view(1), suspect, .view(3)])])
                == [
                    "opened", "stored 2, duplicate 0, quarantined 0", "acknowledged up to 1", "acknowledged 3",
                    "stored 1, duplicate 0, quarantined 0", "acknowledged 2", "closed",
                ])
    }

    @Test func `a message that killed the process more often than allowed is quarantined as poison`() throws {
        let suspect = Message.view(2)
        let hash = Array(suspect.body.utf8).withUnsafeBytes { Fingerprint.of($0) }
        do {
            let writer = try SQLiteWriter.open(location)
            for _ in 0..<11 { _ = try writer.recordDeaths([hash], now: wallClock()) }
        }
        #expect(
            try play([.deliver([suspect])])
                == ["opened", "stored 0, duplicate 0, quarantined 1", "acknowledged up to 1", "closed"])
    }

    @Test func `ten thousand messages in small steps all arrive once`() throws {
        let steps = (0..<100).map { step in ScriptedSource.Step.deliver((0..<100).map { .view(step * 100 + $0) }) }
        let journal = try play(steps, maximumBatch: 700)
        let stored = journal.compactMap { line in
            line.hasPrefix("stored ") ? Int(line.dropFirst(7).prefix(while: \.isNumber)) : nil
        }
        #expect(stored.reduce(0, +) == 10_000)
        #expect(journal.last(where: { $0.hasPrefix("acknowledged") }) == "acknowledged up to 10000")
    }
}

/// Takes receipts over at once.
final class RecordingReceipts: ReceiptSender {
    private let journal: Journal
    private let tickets = Mutex<[Receipt.Ticket]>([])

    init(journal: Journal) { self.journal = journal }

    func send(_ receipts: [Receipt]) {
        for receipt in receipts { journal.write("receipt to \(receipt.replyTo) \(receipt.document)") }
        tickets.withLock { $0 += receipts.map(\.ticket) }
    }

    func takeSettled() -> [Receipt.Ticket] {
        tickets.withLock { tickets in
            defer { tickets.removeAll() }
            return tickets
        }
    }
}
