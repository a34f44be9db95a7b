package import Events

/// What alignment has to say about one profiler message; its warnings are in the scratch that it was made with.
package struct AlignmentAssessment: Sendable {
    /// Nil where the message has neither answers nor features that the model weighs.
    package let result: AlignmentResult?
    package let reported: ReportedAlignment
    /// Nil where nothing was computed or nothing was reported for a track of the model.
    package let drift: AlignmentDrift?
    package let comparison: AlignmentComparison
}

extension Scorer {
    /// Scores a decoded message and compares it with what it reports.
    package func assess(
        _ message: ProfilerTelemetry, in batch: DeliveryBatch, _ scratch: inout AlignmentScratch
    ) -> AlignmentAssessment {
        let result = score(
            answers: batch.answers[message.answers], bytes: batch.bytes, features: ProfileFeatures(message),
            into: &scratch)
        let reported = reported(
            batch.reportedAlignment[message.reportedAlignment], bytes: batch.bytes, &scratch)
        guard let result else {
            return AlignmentAssessment(result: nil, reported: reported, drift: nil, comparison: [])
        }
        var comparison = comparison(of: result)
        comparison.formUnion(comparedWithRecommendation(message.recommendedTrackID, result, batch.bytes))
        let drift = drift(of: result, from: reported)
        if let drift, let warning = warning(for: drift, of: result, from: reported) {
            scratch.warn(warning.code) { warning }
        }
        return AlignmentAssessment(result: result, reported: reported, drift: drift, comparison: comparison)
    }

    /// Whether the recommendation is the computed top track; nothing where `alignment.track_ids` does not say which track it is.
    private func comparedWithRecommendation(
        _ recommended: ByteRange?, _ result: AlignmentResult, _ bytes: borrowing ByteArena
    ) -> AlignmentComparison {
        guard let recommended, let track = track(ofID: bytes[recommended]) else { return [] }
        return track == result.topTrack ? [.hasRecommendation, .agreesWithRecommendation] : .hasRecommendation
    }
}
