@testable import SQLiteStore
import Alignment
internal import Events
import Foundation
import Logging
import Synchronization
import Testing
import Threads

@testable import Ingest
@testable import Store

/// Options that change while the loop runs: what was begun under the old ones is finished under them.
@Suite struct OptionChangeTests {
    typealias Message = ScriptedSource.Message
    private let journal = Journal()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "alidade-change-\(UUID().uuidString)")
    private var location: StoreLocation { StoreLocation(path: folder.appendingPathComponent("alidade.db").path) }

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    /// Holds the first commit back until it is let go.
    private final class Gate: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        private let isOpen = Atomic<Bool>(false)

        func open() {
            isOpen.store(true, ordering: .releasing)
            semaphore.signal()
        }

        func pass() { if !isOpen.load(ordering: .acquiring) { semaphore.wait() } }
    }

    private func model(_ name: String, tracks: [String]) throws -> AlignmentModel {
        let points = tracks.map { "\"\($0)\":3" }.joined(separator: ",")
        let names = tracks.map { "\"\($0)\"" }.joined(separator: ",")
        let json = """
            {"model":"\(name)","version":"1","tracks":[\(names)],"category_weights":{"c":1},"full_evidence_answers":1,
             "questions":{"q1":{"category":"c","options":{"A":{\(points)}}}}}
            """
        return try AlignmentModel.load(json: json.utf8, named: name)
    }

    private func stage(_ name: String, tracks: [String]) throws -> AlignmentStage {
        AlignmentStage(
            primary: Scorer(model: try model(name, tracks: tracks), rules: DriftRules(points: .infinity)))
    }

    /// Takes in `first` alone, and while that is being committed `before`; then the options change, and `after` comes.
    private func play(
        from old: IngestOptions = IngestOptions(), to new: IngestOptions, first: [Message], before: [Message],
        after: [Message], receipts: (any ReceiptSender)? = nil
    ) throws -> [String] {
        let gate = Gate()
        let journal = journal
        var hooks = IngestHooks()
        hooks.onCommit = { result in
            gate.pass()
            journal.write("stored \(result.stored), quarantined \(result.quarantined)")
        }
        let pipeline = IngestPipeline(
            store: SQLiteEventStore(location), options: old, hooks: hooks, receipts: receipts,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let live = pipeline.options
        let change: @Sendable () -> Void = {
            live.change(to: new)
            gate.open()
        }
        try pipeline.run(
            ScriptedSource([.deliver(first), .deliver(before), .act(change), .deliver(after)], journal: journal),
            until: StopSignal())
        return journal.content.filter { $0.hasPrefix("stored") || $0.hasPrefix("receipt") }
    }

    private func rows(_ sql: String) throws -> [String] {
        let statement = try Database.open(location.path, .readOnly).prepare(sql)
        var rows: [String] = []
        while try statement.step() { rows.append(statement.text(0)) }
        return rows
    }

    @Test func `a limit counts from the next batch on, and closes the one being filled`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var new = IngestOptions()
        new.limits.maximumMessageBytes = 20
        #expect(
            try play(to: new, first: [.view(1)], before: [.view(2)], after: [.view(3)])
                == ["stored 1, quarantined 0", "stored 1, quarantined 0", "stored 0, quarantined 1"])
    }

    @Test func `the delivery limit and the privacy policy change with it`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var new = IngestOptions()
        new.deliveryLimit = 2
        new.privacy = .drop
        let journal = try play(
            to: new, first: [.profiler(1)], before: [.view(1, deliveryCount: 3), .profiler(2)],
            after: [.view(2, deliveryCount: 3), .profiler(3)])
        #expect(journal == ["stored 1, quarantined 0", "stored 2, quarantined 0", "stored 1, quarantined 1"])
        #expect(
            try rows("SELECT instr(payload, '192.0.2.7') > 0 FROM profiler_events ORDER BY seq") == ["1", "1", "0"])
    }

    @Test func `every message is stored and answered with the model that scored it`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var old = IngestOptions()
        old.alignment = try stage("old", tracks: ["a", "b"])
        var new = IngestOptions()
        new.alignment = try stage("new", tracks: ["c", "d", "e"])
        new.alignment.shadow = old.alignment.primary
        let journal = try play(
            from: old, to: new, first: [.profiler(1, replyTo: "x")],
            before: [.profiler(2, replyTo: "x"), .profiler(3, replyTo: "x")], after: [.profiler(4, replyTo: "x")],
            receipts: RecordingReceipts(journal: self.journal))
        let receipts = journal.filter { $0.hasPrefix("receipt") }
        #expect(receipts.map { $0.contains(#""model":"old""#) } == [true, true, true, false])
        #expect(receipts.map { $0.contains(#""model":"new""#) } == [false, false, false, true])
        let stored = try rows(
            """
            SELECT seq || ' ' || model || ' ' || group_concat(track, '') || ' ' || is_shadow FROM
            (SELECT * FROM profiler_alignments ORDER BY seq, is_shadow, track) GROUP BY seq, model ORDER BY seq, is_shadow
            """)
        #expect(stored == ["1 old ab 0", "2 old ab 0", "3 old ab 0", "4 new cde 0", "4 old ab 1"])
    }

    @Test func `a change is seen once, and is the whole of the new options`() throws {
        let live = LiveOptions(IngestOptions())
        let taken = live.take()
        #expect(!live.isNewer(than: taken.version))
        var new = IngestOptions()
        new.maximumBatch = 5
        new.limits.maximumMessageBytes = 6
        new.deliveryLimit = 7
        new.privacy = .drop
        new.alignment = try stage("new", tracks: ["a", "b"])
        live.change(to: new)
        #expect(live.isNewer(than: taken.version))
        let now = live.take()
        #expect(!live.isNewer(than: now.version))
        #expect(
            (now.options.maximumBatch, now.options.limits.maximumMessageBytes, now.options.deliveryLimit) == (5, 6, 7))
        #expect(now.options.privacy == .drop)
        #expect(now.options.alignment.primary?.model.name == "new")
    }
}
