package import Events

/// What an operator has to see coming, cheap enough to be read every few seconds from a store of any size.
package struct StoreFigures: Sendable, Equatable {
    /// See ``StoreIdentity``.
    package var storeID: String
    /// Messages in quarantine that were neither replayed nor discarded.
    package var unresolvedQuarantine: Int64
    /// When the last verified backup of this store was finished.
    package var backedUpAt: Timestamp?
    /// Nil where the system does not say.
    package var disk: DiskSpace?

    package init(storeID: String, unresolvedQuarantine: Int64, backedUpAt: Timestamp? = nil, disk: DiskSpace? = nil) {
        self.storeID = storeID
        self.unresolvedQuarantine = unresolvedQuarantine
        self.backedUpAt = backedUpAt
        self.disk = disk
    }
}
