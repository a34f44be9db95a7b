package import Events

/// Which store it is. A random id is made with the store and goes with every copy of it: a restored backup is the same store.
package struct StoreIdentity: Sendable, Equatable {
    /// 32 hexadecimal digits.
    package var id: String
    package var madeAt: Timestamp
    /// Whether the next start takes it over although another store was known at its place: `alidade store init` says so.
    package var isAccepted: Bool
    /// When the last verified backup of it was finished.
    package var backedUpAt: Timestamp?

    package init(id: String, madeAt: Timestamp, isAccepted: Bool, backedUpAt: Timestamp? = nil) {
        self.id = id
        self.madeAt = madeAt
        self.isAccepted = isAccepted
        self.backedUpAt = backedUpAt
    }
}
