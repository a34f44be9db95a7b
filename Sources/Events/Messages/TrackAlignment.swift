/// Computed and reported percentages of one profiler message by one model, ready to be stored.
package struct TrackAlignment: Sendable {
    /// The delivery's index in its batch.
    package var delivery: Int
    /// By the shadow model, which is stored and never published.
    package var isShadow: Bool
    /// Answers that counted.
    package var answers: Int
    /// How much of the result rests on answers, 0 to 1.
    package var share: Double
    /// Place of the best track in the model's order; nil where nothing was computed.
    package var topTrack: Int?
    /// Places in ``DeliveryBatch/alignmentValues``: the computed percentages in the model's order of tracks, then the reported ones; NaN
    /// for what there is not.
    package var values: Range<Int>
    package var comparison: AlignmentComparison

    package init(
        delivery: Int, isShadow: Bool, answers: Int, share: Double, topTrack: Int?, values: Range<Int>,
        comparison: AlignmentComparison = []
    ) {
        self.delivery = delivery
        self.isShadow = isShadow
        self.answers = answers
        self.share = share
        self.topTrack = topTrack
        self.values = values
        self.comparison = comparison
    }
}
