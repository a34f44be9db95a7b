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
