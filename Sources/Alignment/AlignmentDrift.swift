package import Events

/// How far the reported alignment is from the computed one.
package struct AlignmentDrift: Sendable, Equatable {
    /// The largest difference of a track that was reported, in points of a percentage.
    package let points: Double
    /// Place of that track.
    package let track: Int
    package let computedTop: Int
    package let reportedTop: Int
}

/// What is compared, and what is worth a warning.
///
/// Percentages of two scales have no difference that means anything: a perfect set of answers may be 100 on one and 23 on the other. Their order
/// means the same on both, once there are enough answers.
package struct DriftRules: Sendable, Equatable {
    /// Points between which two tracks are as good as equal: no warning hangs on which of them is first.
    package static let clearMargin = 5.0

    /// Points above which a difference is a warning, where the scales are the same.
    package var points: Double
    /// The share of the evidence, 0 to 1, from which an alignment is compared at all.
    package var minimumShare: Double
    /// The reported percentages have the model's normalisation.
    package var isSameScale: Bool

    package init(points: Double = 15, minimumShare: Double = 1, isSameScale: Bool = false) {
        self.points = points
        self.minimumShare = minimumShare
        self.isSameScale = isSameScale
    }
}

extension Scorer {
    /// The drift over the tracks that were reported; nil where none was.
    package func drift(of result: AlignmentResult, from reported: ReportedAlignment) -> AlignmentDrift? {
        guard let reportedTop = reported.topTrack else { return nil }
        var points = -1.0
        var farthest = reportedTop
        for track in 0..<result.percentages.count {
            guard let percentage = reported[track] else { continue }
            let difference = abs(result.percentages[track] - percentage)
            if difference > points { (points, farthest) = (difference, track) }
        }
        return AlignmentDrift(points: points, track: farthest, computedTop: result.topTrack, reportedTop: reportedTop)
    }

    /// By the rules, what of a result can be compared with a report.
    package func comparison(of result: AlignmentResult) -> AlignmentComparison {
        guard result.share >= rules.minimumShare else { return [] }
        return rules.isSameScale ? [.isComparable, .isSameScale] : .isComparable
    }

    /// The warning for a comparable alignment whose top track is clearly another, or, on the same scale, for more points than the rules
    /// allow; nil where neither is so.
    package func warning(
        for drift: AlignmentDrift, of result: AlignmentResult, from reported: ReportedAlignment
    ) -> Warning? {
        guard result.share >= rules.minimumShare else { return nil }
        let differs =
            drift.computedTop != drift.reportedTop && result.margin >= DriftRules.clearMargin
            && reported.margin >= DriftRules.clearMargin
        let isFar = rules.isSameScale && drift.points > rules.points
        guard differs || isFar else { return nil }
        func number(_ value: Double?) -> String { value.map { "\(PublishedNumber($0))" } ?? "nothing" }
        var parts: [String] = []
        if isFar {
            parts.append(
                "\(model.tracks[drift.track]) is reported as \(number(reported[drift.track])) and computed as "
                    + "\(number(result.percentages[drift.track])), \(number(drift.points)) points apart, more than "
                    + number(rules.points))
        }
        if differs {
            let (mine, theirs) = (drift.computedTop, drift.reportedTop)
            parts.append(
                "the reported top track is \(model.tracks[theirs]) (\(number(reported[theirs]))), "
                    + "the computed one \(model.tracks[mine]) (\(number(result.percentages[mine])))")
        }
        return Warning(.alignmentDrift, at: Self.reportedPointer, parts.joined(separator: "; "))
    }
}
