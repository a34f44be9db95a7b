/// What an answer sheet is measured against; see <doc:Alignment>.
package enum Normalisation: String, Sendable, CaseIterable {
    /// Against the best that the answered questions could have given the track: a perfect set of answers is 100 %.
    case achievable
    /// Against what the model's questions offer to all tracks together, on average.
    case reference
}
