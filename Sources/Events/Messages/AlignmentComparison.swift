/// What of a message's alignment can be compared with what was reported, by the settings that counted when it was scored; kept with its row,
/// so that a rebuild counts as the daemon did.
package struct AlignmentComparison: OptionSet, Sendable, Equatable {
    package var rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It rests on enough answers (`alignment.drift_minimum_share`).
    package static let isComparable = AlignmentComparison(rawValue: 1)
    /// The reported percentages have the model's normalisation (`alignment.reported_scale`).
    package static let isSameScale = AlignmentComparison(rawValue: 2)
    /// The recommended track is known to the model (`alignment.track_ids`).
    package static let hasRecommendation = AlignmentComparison(rawValue: 4)
    /// … and it is the computed top track.
    package static let agreesWithRecommendation = AlignmentComparison(rawValue: 8)
}
