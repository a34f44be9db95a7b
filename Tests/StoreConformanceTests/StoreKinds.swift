import Foundation
import SQLiteStore
import Store
import Testing

/// The kinds of store that there are: each has to keep every promise of this suite. The only file here that knows one.
struct StoreKind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// A store in an empty folder of its own.
    let make: @Sendable (_ folder: String) -> any EventStore

    static let all = [
        StoreKind(testDescription: "SQLite") { SQLiteEventStore(StoreLocation(path: "\($0)/alidade.db")) }
    ]
}

/// A store that does not exist yet, and goes when the test ends.
final class FreshStore {
    let store: any EventStore
    private let folder: URL

    init(_ kind: StoreKind) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("alidade-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = kind.make(folder.path)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var path: String { folder.path }

    func writer(_ models: StoreModels = StoreModels()) throws -> any EventWriter {
        try store.writer(models) { _ in }
    }

    /// Nothing is wrong with it, by its own checks and by those of its derived tables.
    func expectIsWell(_ sourceLocation: SourceLocation = #_sourceLocation) throws {
        for check in try store.upkeep.checks(quick: false) {
            let findings = try check.findings()
            #expect(findings == [], "\(check.name)", sourceLocation: sourceLocation)
        }
        let report = try store.upkeep.verify { _ in }
        #expect(report.differences == [] && report.damage == [], sourceLocation: sourceLocation)
    }
}
