package import Events

/// Computed against reported alignments. The sessions that are furthest apart come from ``SessionLists``, ordered by drift, reversed.
package protocol AlignmentReports: AnyObject {
    /// Of the sessions whose newest message occurred in a window, `to` excluded.
    @available(*, noasync)
    func alignments(from: Timestamp, to: Timestamp, deadline: ContinuousClock.Instant) throws(ListError)
        -> AlignmentReport
}

package struct AlignmentReport: Sendable, Equatable {
    /// By model and the two tracks that are first; sessions that can be compared.
    package var tops: [Tops]
    /// By model; sessions that can be compared on the same scale, counted by ``bucketPoints`` of their drift.
    package var drifts: [Drifts]
    /// By both models and their two first tracks.
    package var shadows: [Shadow]

    package static let bucketPoints = 5
    package static let buckets = 20

    package struct Model: Sendable, Hashable {
        package var name: String
        package var version: String

        package init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    package struct Tops: Sendable, Equatable {
        package var model: Model
        package var computed: String
        package var reported: String
        package var count: Int64

        package init(model: Model, computed: String, reported: String, count: Int64) {
            self.model = model
            self.computed = computed
            self.reported = reported
            self.count = count
        }
    }

    package struct Drifts: Sendable, Equatable {
        package var model: Model
        package var counts: [Int64]

        package init(model: Model, counts: [Int64]) {
            self.model = model
            self.counts = counts
        }
    }

    package struct Shadow: Sendable, Equatable {
        package var model: Model
        package var shadow: Model
        package var top: String
        package var shadowTop: String
        package var count: Int64

        package init(model: Model, shadow: Model, top: String, shadowTop: String, count: Int64) {
            self.model = model
            self.shadow = shadow
            self.top = top
            self.shadowTop = shadowTop
            self.count = count
        }
    }

    package init(tops: [Tops], drifts: [Drifts], shadows: [Shadow]) {
        self.tops = tops
        self.drifts = drifts
        self.shadows = shadows
    }
}
