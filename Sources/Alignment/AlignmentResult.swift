package import Events

/// The computed alignment of one message: full doubles, tracks by their place in the model.
package struct AlignmentResult: Sendable {
    package let model: AlignmentModel
    /// 0 to 100, in the model's track order.
    package let percentages: TrackValues
    /// Place of the highest track; the first in the model's order where several are equal.
    package let topTrack: Int
    /// Place of the next one, by the same rule.
    package let runnerUp: Int
    /// How many answers counted.
    package let answers: Int
    /// How much of the evidence that the model asks for the answers are, from 0 to 1.
    package let share: Double

    init(model: AlignmentModel, percentages: TrackValues, topTrack: Int, answers: Int, share: Double) {
        self.model = model
        self.percentages = percentages
        self.topTrack = topTrack
        self.answers = answers
        self.share = share
        var runnerUp = topTrack == 0 ? 1 : 0
        for track in 0..<percentages.count where track != topTrack && percentages[track] > percentages[runnerUp] {
            runnerUp = track
        }
        self.runnerUp = runnerUp
    }

    /// What a batch keeps of the result, with its values and the model that it was made by; nil where nothing was computed.
    package init?(_ alignment: TrackAlignment, values: ArraySlice<Double>, by model: AlignmentModel) {
        guard let topTrack = alignment.topTrack else { return nil }
        var percentages = TrackValues(count: model.tracks.count)
        for track in 0..<percentages.count {
            percentages[track] = values[values.startIndex + track]
        }
        self.init(
            model: model, percentages: percentages, topTrack: topTrack, answers: alignment.answers,
            share: alignment.share)
    }

    /// Points between the top track and the runner-up.
    package var margin: Double { percentages[topTrack] - percentages[runnerUp] }
    package var topTrackName: String { model.tracks[topTrack] }
    package var runnerUpName: String { model.tracks[runnerUp] }
}
