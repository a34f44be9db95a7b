import Events
import Foundation
import Testing

@testable import Store

@Suite struct StoreFiguresTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    @Test func `what is resolved is no longer counted as unresolved`() throws {
        let writer = try store.writer()
        #expect(try figures().unresolvedQuarantine == 0)
        var builder = BatchBuilder()
        for number in 1...5 { builder.rejected("bad-\(number)", body: "{\(number)") }
        _ = try writer.append(builder.batch)
        #expect(try figures().unresolvedQuarantine == 5)
        _ = try writer.discard([2], note: "test", now: 5)
        #expect(try figures().unresolvedQuarantine == 4)
        let counts = try StoreReader.open(store.location).quarantineCounts()
        #expect(counts.reduce(0) { $0 + $1.count } == 4)
    }

    @Test func `the id is random and never changes, the disk is the store's`() throws {
        _ = try store.writer()
        let other = try TemporaryStore()
        _ = try other.writer()
        let figures = try figures()
        #expect(figures.storeID.count == 32 && figures.backedUpAt == nil)
        #expect(try figures.storeID != StoreReader.open(other.location).figures().storeID)
        #expect(figures.disk?.total == DiskSpace(ofFileSystemAt: store.folder.path)?.total)
        for change in ["UPDATE store_identity SET id = 'x'", "DELETE FROM store_identity"] {
            #expect(throws: StoreError.self) { try store.client().run(change, doing: "test") }
        }
        _ = try store.writer()
        #expect(try self.figures().storeID == figures.storeID)
    }

    private func figures() throws -> StoreFigures { try StoreReader.open(store.location).figures() }
}
