package import Events

/// What is known of signals and administrators.
package protocol SignalReports: AnyObject {
    /// The last `events` events of a signal, and the refused messages that name it: of these, as many are looked into as the limit lets, the
    /// newest first, and no more than 20 are given back.
    @available(*, noasync)
    func signal(_ id: Int64, events: Int, _ limit: ReadLimit) throws(StoreError) -> SignalStory

    /// The signals whose numbers are next to this one, of which there is no event: at most one below and one above.
    @available(*, noasync)
    func signals(nextTo id: Int64) throws(StoreError) -> [Int64]

    /// What these administrators looked at in a window, `to` excluded, in their order.
    @available(*, noasync)
    func viewActivity(of admins: [Int64], from: Timestamp, to: Timestamp, deadline: ContinuousClock.Instant)
        throws(ListError) -> [AdminActivity]
}

/// What an administrator looked at.
package struct AdminActivity: Sendable, Equatable {
    package var admin: Int64
    /// By type, in the order of the types' names.
    package var counts: [Count]
    /// Nil where there was nothing.
    package var lastAt: Timestamp?

    package struct Count: Sendable, Equatable {
        package var type: String
        package var count: Int64

        package init(type: String, count: Int64) {
            self.type = type
            self.count = count
        }
    }

    package init(admin: Int64, counts: [Count], lastAt: Timestamp?) {
        self.admin = admin
        self.counts = counts
        self.lastAt = lastAt
    }
}
