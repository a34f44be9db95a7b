/// Where the alignment of one message comes from, track by track, as `alidade score --explain` tells it.
package struct ExplainedAlignment: Sendable, Equatable {
    /// Its name, version and normalisation.
    package var model: String
    /// In the model's order.
    package var tracks: [Track]

    package struct Track: Sendable, Equatable {
        package var name: String
        /// The percentage: what the contributions add up to.
        package var sum: Double
        package var contributions: [Contribution]

        package init(name: String, sum: Double, contributions: [Contribution]) {
            self.name = name
            self.sum = sum
            self.contributions = contributions
        }
    }

    package struct Contribution: Sendable, Equatable {
        /// `category`, `trait`, `profile`, `clamp`.
        package var kind: String
        package var name: String
        package var points: Double
        /// How they come about, in a few words.
        package var detail: String

        package init(kind: String, name: String, points: Double, detail: String) {
            self.kind = kind
            self.name = name
            self.points = points
            self.detail = detail
        }
    }

    package init(model: String, tracks: [Track]) {
        self.model = model
        self.tracks = tracks
    }
}
