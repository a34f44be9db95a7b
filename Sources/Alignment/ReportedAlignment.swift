package import Events

/// The percentages that a producer reported, for the tracks that the model knows.
package struct ReportedAlignment: Sendable {
    private var percentages: TrackValues
    private var isReported: UInt32 = 0

    package init(trackCount: Int) { percentages = TrackValues(count: trackCount) }

    package subscript(track: Int) -> Double? {
        get { isReported & 1 << UInt32(track) == 0 ? nil : percentages[track] }
        set {
            percentages[track] = newValue ?? 0
            if newValue == nil { isReported &= ~(1 << UInt32(track)) } else { isReported |= 1 << UInt32(track) }
        }
    }

    package var isEmpty: Bool { isReported == 0 }

    /// Place of the highest track that was reported; the first in the model's order where several are equal.
    package var topTrack: Int? {
        var top: Int?
        for track in 0..<percentages.count {
            guard let percentage = self[track] else { continue }
            if percentage > top.flatMap({ self[$0] }) ?? -.infinity { top = track }
        }
        return top
    }
}

/// How far the reported alignment is from the computed one.
package struct AlignmentDrift: Sendable, Equatable {
    /// The largest difference of a track that was reported, in points of a percentage.
    package let points: Double
    /// Place of that track.
    package let track: Int
    package let computedTop: Int
    package let reportedTop: Int
}

extension Scorer {
    /// Sorts what was reported by the model's tracks; of a track reported twice the last counts. Unknown ones become warnings.
    package func reported(
        _ entries: ArraySlice<ReportedTrack>, bytes: borrowing ByteArena, _ scratch: inout AlignmentScratch
    ) -> ReportedAlignment {
        var reported = ReportedAlignment(trackCount: model.tables.trackCount)
        for entry in entries {
            if let track = model.track(named: bytes[entry.track]) {
                reported[track] = entry.percentage
            } else {
                scratch.warn(.unknownTrack) { unknownTrack(bytes.text(entry.track)) }
            }
        }
        return reported
    }

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

    /// The warning for a drift above ``driftWarning`` or for another top track; nil where neither is so.
    package func warning(
        for drift: AlignmentDrift, of result: AlignmentResult, from reported: ReportedAlignment
    ) -> Warning? {
        let differs = drift.computedTop != drift.reportedTop
        guard drift.points > driftWarning || differs else { return nil }
        func number(_ value: Double?) -> String { value.map { "\(PublishedNumber($0))" } ?? "nothing" }
        let track = drift.track
        var sentence =
            "\(model.tracks[track]) is reported as \(number(reported[track])) and computed as "
            + "\(number(result.percentages[track])), \(number(drift.points)) points apart"
        if drift.points > driftWarning { sentence += ", more than \(number(driftWarning))" }
        if differs {
            let (mine, theirs) = (drift.computedTop, drift.reportedTop)
            sentence +=
                "; the reported top track is \(model.tracks[theirs]) (\(number(reported[theirs]))), "
                + "the computed one \(model.tracks[mine]) (\(number(result.percentages[mine])))"
        }
        return Warning(.alignmentDrift, at: Self.reportedPointer, sentence)
    }
}
