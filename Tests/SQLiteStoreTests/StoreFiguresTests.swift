import Foundation
import StoreFixtures
import Testing

@testable import SQLiteStore
@testable import Store

@Suite struct StoreFiguresTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    @Test func `the id is random and never changes, the disk is the store's`() throws {
        _ = try store.writer()
        let other = try TemporaryStore()
        _ = try other.writer()
        let figures = try figures()
        #expect(figures.storeID.count == 32 && figures.backedUpAt == nil)
        #expect(try figures.storeID != SQLiteReader.open(other.location).figures().storeID)
        #expect(figures.disk?.total == DiskSpace(ofFileSystemAt: store.folder.path)?.total)
        for change in ["UPDATE _store_identity SET id = 'x'", "DELETE FROM _store_identity"] {
            #expect(throws: StoreError.self) { try store.client().run(change, doing: "test") }
        }
        _ = try store.writer()
        #expect(try self.figures().storeID == figures.storeID)
    }

    private func figures() throws -> StoreFigures { try SQLiteReader.open(store.location).figures() }
}
