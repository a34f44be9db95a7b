/// The result of a metric over a window, which is to be published if it has changed.
package struct PublicationCandidate: Sendable {
    package var metric: String
    package var days: Int
    /// As JSON.
    package var result: String

    package init(metric: String, days: Int, result: String) {
        self.metric = metric
        self.days = days
        self.result = result
    }
}

/// What a result is published as.
package struct Publication: Sendable, Equatable {
    package var metric: String
    package var days: Int
    package var revision: Int64
    /// Whether the broker had it before.
    package var isUnchanged: Bool

    package init(metric: String, days: Int, revision: Int64, isUnchanged: Bool = false) {
        self.metric = metric
        self.days = days
        self.revision = revision
        self.isUnchanged = isUnchanged
    }
}
