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

    /// Points between the highest and the second highest track that was reported; 100 where only one was.
    package var margin: Double {
        guard let top = topTrack, let highest = self[top] else { return 0 }
        let second = (0..<percentages.count).lazy.filter { $0 != top }.compactMap { self[$0] }.max()
        return second.map { highest - $0 } ?? 100
    }

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
}
