import Foundation

@testable import SQLiteStore
@testable import Store

/// A store in a folder of its own that goes when the test ends.
final class TemporaryStore {
    let folder: URL
    var location: StoreLocation { StoreLocation(path: folder.appendingPathComponent("alidade.db").path) }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("alidade-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func writer() throws -> SQLiteWriter { try SQLiteWriter.open(location) }

    /// Any other SQLite client.
    func client() throws -> Database { try Database.open(location.path, .readWrite, busyTimeoutMilliseconds: 0) }

    func count(_ table: String) throws -> Int64 {
        try client().integer("SELECT count(*) FROM \(table)") ?? -1
    }
}

extension TemporaryStore {
    func remove() throws { try FileManager.default.removeItem(atPath: location.path) }
}
