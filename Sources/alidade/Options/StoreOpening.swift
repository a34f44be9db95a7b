internal import DaemonSettings
internal import SQLiteStore
internal import Store

/// Which kind of store there is, and how it is opened: the one place of the program that knows a concrete one.
enum StoreOpening {
    /// The newest schema this program knows, and the libraries it reaches a store with.
    static var versions: [(name: String, version: String)] {
        [("store_schema", "\(StoreVersion.schema)"), ("sqlite", sqlite)]
    }

    static var sqlite: String { StoreVersion.sqlite }

    /// Nil for a URL that names no store.
    static func store(at url: String) -> (any EventStore)? {
        StoreLocation(url: url).map { SQLiteEventStore($0) }
    }
}

extension Settings {
    /// Opens nothing yet.
    func eventStore() throws -> any EventStore {
        guard let store = StoreOpening.store(at: store.url) else {
            throw ExitStatus.configuration.error("store.url: \(store.url) is not sqlite:///PATH")
        }
        return store
    }
}
