/// Which quarantined messages are meant.
package struct QuarantineFilter: Sendable {
    /// Nil for any.
    package var ids: [Int64]?
    package var reason: String?
    package var queue: String?
    /// Also those that were replayed or discarded.
    package var includesResolved: Bool
    package var isNewestFirst: Bool
    package var limit: Int

    package init(
        ids: [Int64]? = nil, reason: String? = nil, queue: String? = nil, includesResolved: Bool = false,
        isNewestFirst: Bool = false, limit: Int = .max
    ) {
        self.ids = ids
        self.isNewestFirst = isNewestFirst
        self.reason = reason
        self.queue = queue
        self.includesResolved = includesResolved
        self.limit = limit
    }
}
