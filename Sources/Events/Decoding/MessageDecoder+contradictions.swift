/// Members of a profiler message that cannot both be right.
extension MessageDecoder {
    func warnOfContradictions(in record: ProfilerTelemetry, _ index: Int, _ batch: DeliveryBatch) {
        if let difficulty = record.difficultySelection, let score = record.technicalExposureScore {
            checkDifficulty(difficulty, score, index, batch)
        }
        if let track = record.recommendedTrackID, !record.reportedAlignment.isEmpty {
            checkRecommendation(track, record.reportedAlignment, index, batch)
        }
    }

    /// Each level stands for 20 points of exposure, the lowest for 0 to 20.
    private func checkDifficulty(_ difficulty: Difficulty, _ score: Double, _ index: Int, _ batch: DeliveryBatch) {
        let shown = min(Int(score / 20), Difficulty.allCases.count - 1)
        guard abs(Int(difficulty.code) - shown) > 2 else { return }
        let sentence =
            "\(difficulty.rawValue) is more than two levels away from technical_exposure_score, \(MemberChecks.plain(score)), which is \(Difficulty.allCases[shown].rawValue)"
        batch.warn(index, Warning(.difficultyContradictsExposure, at: "/difficulty_selection", sentence))
    }

    /// Nothing is said of a recommended track that is not among the reported ones: it may go by another name there.
    private func checkRecommendation(_ track: ByteRange, _ reported: Range<Int>, _ index: Int, _ batch: DeliveryBatch) {
        let tracks = batch.reportedAlignment[reported]
        guard let top = tracks.max(by: { $0.percentage < $1.percentage }),
            let own = tracks.first(where: { batch.bytes[$0.track].elementsEqual(batch.bytes[track]) }),
            top.percentage - own.percentage > 5
        else { return }
        let sentence =
            "the recommended track has \(MemberChecks.plain(own.percentage)) per cent of the reported alignment, and \(batch.bytes.text(top.track)) has \(MemberChecks.plain(top.percentage))"
        batch.warn(index, Warning(.recommendationContradictsAlignment, at: "/recommended_track_id", sentence))
    }
}
