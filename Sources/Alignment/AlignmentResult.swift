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

    /// Points between the top track and the runner-up.
    package var margin: Double { percentages[topTrack] - percentages[runnerUp] }
    package var topTrackName: String { model.tracks[topTrack] }
    package var runnerUpName: String { model.tracks[runnerUp] }
}
