import Dispatch
import Events
import Synchronization
import StoreFixtures
import Testing

@testable import SQLiteStore
@testable import Store

/// Several processes write one store: whatever one remembers is what the others have left there.
@Suite struct TwoWritersTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    private static func writer(_ store: TemporaryStore) throws -> SQLiteWriter {
        let writer = try store.writer()
        // So that a few events are several merges.
        writer.rollups.mergeBytes = 600
        writer.sessions.mergeThreshold = 12
        writer.sessions.slice = 3
        return writer
    }

    /// Events whose sessions and names are old and new ones.
    private static func batch(_ number: Int, events: Int = 3) -> DeliveryBatch {
        var builder = BatchBuilder()
        for event in 0..<events {
            let id = "\(number)-\(event)"
            builder.profiler(
                id, at: Timestamp(number * 10 + event), session: "s\((number * 7 + event * 3) % 40)",
                status: event == 0 ? .finished : .started)
            builder.recommendation("r\(id)", at: Timestamp(number), type: "type \(number % 23)")
        }
        return builder.batch
    }

    private func expectAllIsWell(events: Int64) throws {
        var rows: Int64 = 0
        for table in EventTable.allCases { rows += try store.count(table.name) }
        #expect(rows == events)
        #expect(try store.count("quarantine") == 0)
        let reader = try SQLiteReader.open(store.location)
        for check in SQLiteCheck.all(quick: false) {
            let findings = try check.findings(in: reader)
            #expect(findings == [], "\(check.name)")
        }
    }

    /// What happens between two batches of one writer.
    enum Between: CaseIterable {
        case batch
        /// The other one's log is merged, so that rows are gone that were never seen.
        case manyBatches
        case duplicate
        case note
        case rebuild
        case restart
        case failedBatch
        case trial
    }

    @Test(arguments: Between.allCases)
    func `what others do between two batches is noticed`(between: Between) throws {
        var (ours, theirs) = (try Self.writer(store), try Self.writer(store))
        var number = 0
        var events: Int64 = 0
        func append(_ writer: SQLiteWriter) throws {
            number += 1
            #expect(try writer.append(Self.batch(number)).stored == 6)
            events += 6
        }
        for _ in 0..<40 {
            try append(ours)
            switch between {
            case .batch: try append(theirs)
            case .manyBatches: for _ in 0..<9 { try append(theirs) }
            case .duplicate:
                try append(theirs)
                #expect(try theirs.append(Self.batch(number)).duplicates == 6)
            case .note:
                let ledger = SQLiteLedger(store.location)
                _ = try ledger.claim([.init(metric: "m", days: 7, result: "\(number)")], now: 1)
            case .rebuild:
                _ = try StoreRebuild.repair(store.location)
                if number % 3 == 0 { try append(theirs) }
            case .restart:
                try append(theirs)
                swap(&ours, &theirs)
                theirs = try Self.writer(store)
            case .failedBatch:
                try theirs.database.run("PRAGMA query_only = ON", doing: "test")
                #expect(throws: StoreError.self) { _ = try theirs.append(Self.batch(number + 1)) }
                try theirs.database.run("PRAGMA query_only = OFF", doing: "test")
                try append(theirs)
            case .trial:
                try theirs.dryRun { _ = try theirs.append(Self.batch(number + 1)) }
                try append(theirs)
            }
        }
        try expectAllIsWell(events: events)
    }

    /// The seams of a merge of the session log: it is begun by one and ended by the other, whichever step the other one comes at.
    @Test(arguments: 1...8)
    func `a merge that one began the other ends`(step: Int) throws {
        var (ours, theirs) = (try Self.writer(store), try Self.writer(store))
        for number in 1...60 {
            #expect(try ours.append(Self.batch(number)).stored == 6)
            if number % step == 0 { swap(&ours, &theirs) }
            // And a third one comes from nowhere in the middle.
            if number % 11 == 0 { theirs = try Self.writer(store) }
        }
        #expect(try store.count("_session_heads") > 0)
        try expectAllIsWell(events: 360)
    }

    /// One opens the store again and again, and writes a batch each time, while the other one commits as fast as it can.
    @Test func `what is committed while the store is being opened is noticed`() throws {
        let failures = Mutex<[String]>([])
        _ = try Self.writer(store)
        nonisolated(unsafe) let store = store
        DispatchQueue.concurrentPerform(iterations: 2) { side in
            do {
                var writer = try Self.writer(store)
                for number in 0..<(side == 0 ? 60 : 240) {
                    if side == 0 { writer = try Self.writer(store) }
                    let stored = try writer.append(Self.batch(side * 1000 + number)).stored
                    if stored != 6 { failures.withLock { $0.append("\(stored) stored") } }
                }
            } catch { failures.withLock { $0.append("\(error)") } }
        }
        #expect(failures.withLock { $0 } == [])
        try expectAllIsWell(events: 1800)
    }

    @Test func `a number that is remembered wrongly is read again, and no message is blamed`() throws {
        let writer = try Self.writer(store)
        _ = try writer.append(Self.batch(1))
        var findings: [StoreFinding] = []
        writer.onFinding = { findings.append($0) }
        writer.nextSeq = 1
        #expect(try writer.append(Self.batch(2)).stored == 6)
        #expect(findings.count == 1 && findings.first?.isTrouble == true)
        try expectAllIsWell(events: 12)
    }

    @Test func `a store that contradicts itself stops the writer, and nothing is quarantined`() throws {
        let writer = try Self.writer(store)
        _ = try writer.append(Self.batch(1))
        try store.client().run(
            "CREATE TRIGGER odd BEFORE INSERT ON _session_log BEGIN SELECT RAISE(ABORT, '_session_log is odd'); END",
            doing: "test")
        let error = #expect(throws: StoreError.self) { _ = try writer.append(Self.batch(2)) }
        #expect(error?.kind == .corrupt && error?.isRetriable == false)
        #expect(error?.why.contains("the store contradicts itself") == true)
        try store.client().run("DROP TRIGGER odd", doing: "test")
        #expect(try writer.append(Self.batch(2)).stored == 6)
        try expectAllIsWell(events: 12)
    }
}
