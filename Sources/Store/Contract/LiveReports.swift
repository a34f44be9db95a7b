package import Events

/// What operators look at while the daemon works.
package protocol LiveReports: AnyObject {
    /// What was published last, the newest first.
    @available(*, noasync)
    func lastPublications(_ count: Int) throws(StoreError) -> [PublishedAggregate]

    /// How many events are stored, near enough to say how large one is.
    @available(*, noasync)
    func eventCount() throws(StoreError) -> Int64
}

/// One aggregate as it was published last.
package struct PublishedAggregate: Sendable, Equatable {
    package var metric: String
    package var days: Int64
    package var revision: Int64
    package var at: Timestamp
    /// Whether the broker has said that it has it.
    package var isConfirmed: Bool

    package init(metric: String, days: Int64, revision: Int64, at: Timestamp, isConfirmed: Bool) {
        self.metric = metric
        self.days = days
        self.revision = revision
        self.at = at
        self.isConfirmed = isConfirmed
    }
}
