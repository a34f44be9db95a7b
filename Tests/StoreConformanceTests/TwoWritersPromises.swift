import Dispatch
import Events
import Store
import StoreFixtures
import Synchronization
import Testing

/// Several writers have one store open; whatever one remembers is what the others have left there.
@Suite struct TwoWritersPromises {
    private static func batch(_ number: Int) -> DeliveryBatch {
        var builder = BatchBuilder()
        for event in 0..<3 {
            let id = "\(number)-\(event)"
            builder.profiler(
                id, at: Timestamp(number * 10 + event), session: "s\((number * 7 + event * 3) % 40)",
                status: event == 0 ? .finished : .started)
            builder.recommendation("r\(id)", at: Timestamp(number), type: "type \(number % 23)")
        }
        return builder.batch
    }

    @Test(arguments: StoreKind.all)
    func `what others do between two batches is noticed`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var (ours, theirs) = (try fresh.writer(), try fresh.writer())
        for number in 1...60 {
            #expect(try ours.append(Self.batch(number)).stored == 6)
            #expect(try theirs.append(Self.batch(number)).duplicates == 6)
            switch number % 6 {
            case 0: _ = try fresh.store.upkeep.rebuild(dimensions: []) { _ in }
            case 1: try theirs.dryRun { _ = try theirs.append(Self.batch(number + 1)) }
            case 2: theirs = try fresh.store.writerAgain(StoreModels())
            case 3:
                _ = try fresh.store.publications.claim(
                    [PublicationCandidate(metric: "m", days: 7, result: "\(number)")], now: 1)
            default: swap(&ours, &theirs)
            }
        }
        #expect(
            try fresh.store.reader().balance()
                == BalanceReport(received: 720, stored: 360, duplicates: 360, quarantined: 0))
        try fresh.expectIsWell()
    }

    @Test(arguments: StoreKind.all)
    func `two that write at once lose nothing, double nothing and blame no message`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        _ = try fresh.writer()
        let failures = Mutex<[String]>([])
        nonisolated(unsafe) let shared = fresh
        DispatchQueue.concurrentPerform(iterations: 2) { side in
            do {
                var writer = try shared.writer()
                for number in 0..<(side == 0 ? 40 : 120) {
                    if side == 0 { writer = try shared.writer() }
                    let result = try writer.append(Self.batch(side * 1000 + number))
                    if result.stored != 6 { failures.withLock { $0.append("\(result)") } }
                }
            } catch { failures.withLock { $0.append("\(error)") } }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(try fresh.store.reader().balance().stored == 960)
        try fresh.expectIsWell()
    }

    /// Both send the same, as a broker does that delivers again: each event is stored by one of them.
    @Test(arguments: StoreKind.all)
    func `what two are sent at once is stored once`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        _ = try fresh.writer()
        let stored = Atomic<Int>(0)
        let failures = Mutex<[String]>([])
        nonisolated(unsafe) let shared = fresh
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            do {
                let writer = try shared.writer()
                for number in 0..<60 {
                    let result = try writer.append(Self.batch(number))
                    stored.add(result.stored, ordering: .relaxed)
                    if result.quarantined > 0 { failures.withLock { $0.append("\(result)") } }
                }
            } catch { failures.withLock { $0.append("\(error)") } }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(stored.load(ordering: .relaxed) == 360)
        try fresh.expectIsWell()
    }
}
