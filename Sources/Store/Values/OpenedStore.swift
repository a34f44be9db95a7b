/// What became of a store that a daemon opened: whether it is the one that was there before.
package struct OpenedStore: Sendable, Equatable {
    package var id: String
    package var isNew: Bool
    /// The store that was there before and is given up.
    package var former: String?
    /// Why the next start will know nothing of it.
    package var unnoted: String?

    package init(id: String, isNew: Bool, former: String? = nil, unnoted: String? = nil) {
        self.id = id
        self.isNew = isNew
        self.former = former
        self.unnoted = unnoted
    }
}
