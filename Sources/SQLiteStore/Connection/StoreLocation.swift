internal import Glibc
package import Store

/// Where the store is: `store.url`.
///
/// `sqlite:///var/lib/alidade/alidade.db` names an absolute path, `sqlite://alidade.db` one relative to the working folder.
package struct StoreLocation: Sendable, Equatable {
    package var path: String

    package init(path: String) { self.path = path }

    /// Nil for anything but a SQLite URL with a path.
    package init?(url: String) {
        let scheme = "sqlite://"
        guard url.hasPrefix(scheme) else { return nil }
        let path = String(url.dropFirst(scheme.count))
        guard !path.isEmpty, !path.hasSuffix("/") else { return nil }
        self.path = path
    }
}

extension StoreLocation {
    package var sizes: [StoreSize] {
        [
            StoreSize("store", "Size of the store's file.", bytes: Self.size(of: path)),
            StoreSize(
                "store_wal", "Size of the store's write-ahead log; 0 where there is none.",
                bytes: Self.size(of: path + "-wal") ?? 0),
        ]
    }

    private static func size(of path: String) -> Double? {
        var status = stat()
        return stat(path, &status) == 0 ? Double(status.st_size) : nil
    }
}
