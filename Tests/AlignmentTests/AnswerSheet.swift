import Alignment
import Events

/// The answers of a message as the decoder hands them over, from plain text.
final class AnswerSheet {
    var bytes = ByteArena()
    var answers: [Answer] = []
    var reported: [ReportedTrack] = []
    var features = ProfileFeatures()
    private(set) var warnings: [Warning] = []

    init(_ answers: [(String, String)] = [], features: ProfileFeatures = ProfileFeatures()) {
        self.features = features
        for (question, option) in answers { add(question, option) }
    }

    /// One entry of `answers`, or of `scenario_choices`.
    func add(_ id: String?, key: String? = nil, _ option: String, isFromAnswers: Bool = true) {
        answers.append(
            Answer(
                questionID: id.map { bytes.append($0) }, questionKey: key.map { bytes.append($0) },
                option: bytes.append(option), isFromAnswers: isFromAnswers,
                position: answers.count { $0.isFromAnswers == isFromAnswers }))
    }

    func report(_ track: String, _ percentage: Double) {
        reported.append(ReportedTrack(track: bytes.append(track), percentage: percentage))
    }

    func score(_ model: AlignmentModel, _ normalisation: Normalisation = .achievable) -> AlignmentResult? {
        var scratch = AlignmentScratch()
        let result = Scorer(model: model, normalisation: normalisation)
            .score(answers: answers[...], bytes: bytes, features: features, into: &scratch)
        warnings = scratch.warnings.kept
        return result
    }

    func explain(_ model: AlignmentModel, _ normalisation: Normalisation = .achievable) -> Explanation? {
        var scratch = AlignmentScratch()
        return Scorer(model: model, normalisation: normalisation)
            .explain(answers: answers[...], bytes: bytes, features: features, into: &scratch)
    }
}
