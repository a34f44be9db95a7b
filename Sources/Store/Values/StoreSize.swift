/// How much room one part of the store takes, by a name that stands in `/metrics`: `alidade_store_wal_bytes`.
package struct StoreSize: Sendable, Equatable {
    /// `store_wal`
    package var name: String
    package var meaning: String
    /// Nil where it is not known.
    package var bytes: Double?

    package init(_ name: String, _ meaning: String, bytes: Double?) {
        self.name = name
        self.meaning = meaning
        self.bytes = bytes
    }
}
