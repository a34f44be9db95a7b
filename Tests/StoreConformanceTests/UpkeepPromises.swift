import Store
import StoreFixtures
import Testing

/// A store's beginning, its identity, its health and its copy.
@Suite struct UpkeepPromises {
    @Test(arguments: StoreKind.all)
    func `only a writer makes a store`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        #expect(throws: StoreError.self) { _ = try fresh.store.reader() }
        #expect(throws: StoreError.self) { _ = try fresh.store.rollups() }
        #expect(throws: StoreError.self) { _ = try fresh.store.upkeep.verify { _ in } }
        #expect(throws: StoreError.self) { _ = try fresh.store.upkeep.checks(quick: true) }
        #expect(throws: StoreError.self) {
            _ = try fresh.store.publications.claim([PublicationCandidate(metric: "m", days: 7, result: "1")], now: 1)
        }
        let error = #expect(throws: StoreError.self) { _ = try fresh.store.writerAgain(StoreModels()) }
        #expect(error?.isRetriable == false)
        _ = try fresh.writer()
        #expect(try fresh.store.reader().balance().received == 0)
    }

    @Test(arguments: StoreKind.all)
    func `the id is random, stays, and a daemon notices another store`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        let memory = try FreshStore(kind).path
        func open() throws -> OpenedStore {
            try fresh.store.writer(StoreModels(), rememberedIn: memory) { _ in }.opened
        }
        let first = try open()
        #expect(first.isNew && first.id.count == 32 && first.former == nil)
        let second = try open()
        #expect(second.id == first.id && !second.isNew)
        #expect(try fresh.store.reader().figures().storeID == first.id)
        let other = try FreshStore(kind)
        #expect(try other.store.upkeep.make().id != first.id)
        #expect(throws: StoreError.self) { _ = try other.store.upkeep.make() }
        #expect(try fresh.store.upkeep.accept().id == first.id)
    }

    @Test(arguments: StoreKind.all)
    func `a healthy store is examined as one, and its disk is known`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "s")
        builder.rejected("bad", body: "{")
        _ = try fresh.writer().append(builder.batch)
        let examination = try fresh.store.upkeep.examine()
        #expect(try examination.damage() == [])
        #expect(try examination.balance() == BalanceReport(received: 2, stored: 1, duplicates: 0, quarantined: 1))
        #expect(examination.schema != nil)
        if fresh.store.folder != nil { #expect(try #require(fresh.store.upkeep.disk()).total > 0) }
        #expect(fresh.store.sizes.contains { ($0.bytes ?? 0) > 0 })
    }

    @Test(arguments: StoreKind.all)
    func `a backup holds what the store held, and the store knows of it`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        for number in 0..<30 {
            var builder = BatchBuilder()
            builder.profiler("p\(number)", at: 1, session: "s\(number)")
            _ = try writer.append(builder.batch)
        }
        let target = fresh.path + "/backup"
        let backup = try fresh.store.upkeep.backup(to: target, replacing: false)
        let report = try backup.write(now: 77) { _ in }
        #expect(report.balance == BalanceReport(received: 30, stored: 30, duplicates: 0, quarantined: 0))
        #expect(report.bytes > 0 && report.unnoted == nil)
        #expect(try fresh.store.reader().figures().backedUpAt == 77)
        #expect(throws: StoreError.self) { _ = try fresh.store.upkeep.backup(to: target, replacing: false) }
    }

    @Test(arguments: StoreKind.all)
    func `a rebuild that is stopped changes nothing`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        for number in 0..<50 { builder.recommendation("r\(number)", at: 1) }
        _ = try fresh.writer().append(builder.batch)
        #expect(throws: StoreError.self) {
            _ = try fresh.store.upkeep.rebuild(dimensions: []) { _ throws(StoreError) in
                throw StoreError(.busy, doing: "rebuild", why: "a stop was requested")
            }
        }
        try fresh.expectIsWell()
    }
}
