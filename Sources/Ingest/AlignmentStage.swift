package import Alignment
package import Events
package import Store

/// Scores accepted profiler messages: by the model that counts, and by a shadow that is only stored.
package struct AlignmentStage: Sendable {
    package var primary: Scorer?
    package var shadow: Scorer?

    package init(primary: Scorer? = nil, shadow: Scorer? = nil) {
        self.primary = primary
        self.shadow = shadow
    }

    /// What the store has to know to give the rows a meaning.
    package var storedModels: StoreModels {
        StoreModels(primary: primary.map(Self.stored), shadow: shadow.map(Self.stored))
    }

    private static func stored(_ scorer: Scorer) -> StoredModel {
        StoredModel(name: scorer.model.name, version: scorer.model.version, tracks: scorer.model.tracks)
    }

    /// Appends the delivery's alignments and, of the model that counts, its warnings to the batch.
    func assess(
        _ delivery: Int, _ message: ProfilerTelemetry, in batch: DeliveryBatch, _ scratch: inout AlignmentScratch
    ) {
        if let primary {
            append(primary.assess(message, in: batch, &scratch), delivery, isShadow: false, to: batch)
            batch.warn(delivery, scratch.warnings)
        }
        if let shadow { append(shadow.assess(message, in: batch, &scratch), delivery, isShadow: true, to: batch) }
    }

    private func append(_ assessment: AlignmentAssessment, _ delivery: Int, isShadow: Bool, to batch: DeliveryBatch) {
        guard let tracks = (isShadow ? shadow : primary)?.model.tracks.count else { return }
        let first = batch.alignmentValues.count
        var isEmpty = assessment.result == nil
        for track in 0..<tracks { batch.alignmentValues.append(assessment.result?.percentages[track] ?? .nan) }
        for track in 0..<tracks {
            let reported = assessment.reported[track]
            isEmpty = isEmpty && reported == nil
            batch.alignmentValues.append(reported ?? .nan)
        }
        guard !isEmpty else { return batch.alignmentValues.removeLast(2 * tracks) }
        batch.alignments.append(
            TrackAlignment(
                delivery: delivery, isShadow: isShadow, answers: assessment.result?.answers ?? 0,
                share: assessment.result?.share ?? 0,
                topTrack: assessment.result?.topTrack, values: first..<batch.alignmentValues.count,
                comparison: assessment.comparison))
    }
}

extension AlignmentStage: MessageAssessor {
    package func assess(_ delivery: Int, _ message: ProfilerTelemetry, in batch: DeliveryBatch) {
        var scratch = AlignmentScratch()
        assess(delivery, message, in: batch, &scratch)
    }
}
