package import Events

/// Scores profiler messages by one model; see <doc:Alignment>.
package struct Scorer: Sendable {
    package let model: AlignmentModel
    package let normalisation: Normalisation
    package let rules: DriftRules
    /// The tracks that upstream ids stand for, `alignment.track_ids`; nil where there are none.
    private let recommended: (ids: NameTable, tracks: [Int])?

    /// Ids that stand for no track of the model count for none.
    package init(
        model: AlignmentModel, normalisation: Normalisation = .achievable, rules: DriftRules = DriftRules(),
        trackIDs: [(id: String, track: String)] = []
    ) {
        self.model = model
        self.normalisation = normalisation
        self.rules = rules
        let known = trackIDs.compactMap { id, track in
            model.tracks.firstIndex(ofBytes: track).map { (id: id, place: $0) }
        }
        recommended = known.isEmpty ? nil : (NameTable(known.map(\.id)), known.map(\.place))
    }

    /// The place of the track that an upstream id stands for; nil where it is not known.
    @inline(__always)
    func track(ofID id: UnsafeRawBufferPointer) -> Int? {
        guard let recommended, let place = recommended.ids.place(of: id) else { return nil }
        return recommended.tracks[place]
    }

    /// The alignment that a message's answers and features speak for; nil where it has neither.
    ///
    /// Unknown questions and options are left in the scratch's warnings. Allocates nothing unless there are some.
    package func score(
        answers: ArraySlice<Answer>, bytes: borrowing ByteArena, features: ProfileFeatures,
        into scratch: inout AlignmentScratch
    ) -> AlignmentResult? {
        collect(answers, bytes, into: &scratch)
        guard let evaluation = evaluate(features, &scratch) else { return nil }
        return result(of: evaluation)
    }

    /// Notes in the scratch which option of which question counts.
    func collect(_ answers: ArraySlice<Answer>, _ bytes: borrowing ByteArena, into scratch: inout AlignmentScratch) {
        let tables = model.tables
        scratch.begin(questions: model.questionCount, traits: tables.traitCount)
        for answer in answers {
            guard let question = question(of: answer, bytes) else {
                scratch.warn(.unknownQuestion) { unknownQuestion(answer, bytes) }
                continue
            }
            guard let option = tables.option(named: bytes[answer.option], of: question) else {
                scratch.warn(.unknownOption) { unknownOption(answer, of: question, bytes) }
                continue
            }
            scratch.choose(option: option, of: question, isFromAnswers: answer.isFromAnswers)
        }
    }

    private func question(of answer: Answer, _ bytes: borrowing ByteArena) -> Int? {
        if let id = answer.questionID, let question = model.tables.questionNames.place(of: bytes[id]) {
            return question
        }
        guard let key = answer.questionKey else { return nil }
        return model.tables.questionNames.place(of: bytes[key])
    }

    /// Works out every stage of the formula for every track.
    func evaluate(_ features: ProfileFeatures, _ scratch: inout AlignmentScratch) -> Evaluation? {
        let answers = scratch.answerCount
        let countsProfile = model.weighsProfile && !features.isEmpty
        guard answers > 0 || countsProfile else { return nil }
        var evaluation = Evaluation(trackCount: model.tables.trackCount, answers: answers)
        evaluation.share = min(1, Double(answers) / model.description.fullEvidenceAnswers)
        addAnswers(to: &evaluation, &scratch)
        addTraits(to: &evaluation, scratch)
        evaluation.alignment = evaluation.answered
        if countsProfile {
            addProfile(features, to: &evaluation)
            let share = evaluation.share
            for track in 0..<evaluation.trackCount {
                evaluation.alignment[track] =
                    share * evaluation.answered[track] + (1 - share) * evaluation.profile[track]
            }
        }
        return evaluation
    }

    private func addAnswers(to evaluation: inout Evaluation, _ scratch: inout AlignmentScratch) {
        let tables = model.tables
        let tracks = tables.trackCount
        for word in scratch.answered.indices {
            var bits = scratch.answered[word]
            while bits != 0 {
                let question = word << 6 + bits.trailingZeroBitCount
                bits &= bits - 1
                let option = Int(scratch.chosen[question])
                for track in 0..<tracks {
                    evaluation.raw[track] += tables.points[option * tracks + track]
                    evaluation.best[track] += tables.best[question * tracks + track]
                }
                for place in Int(tables.firstTrait[option])..<Int(tables.firstTrait[option + 1]) {
                    scratch.traitCounts[Int(tables.traits[place])] += 1
                }
            }
        }
        for track in 0..<tracks {
            let full = full(for: track, evaluation)
            evaluation.base[track] = full > 0 ? (100 * evaluation.raw[track] / full).clampedToPercentage : 0
        }
    }

    /// The points that make 100 % for a track.
    func full(for track: Int, _ evaluation: Evaluation) -> Double {
        switch normalisation {
        case .achievable: evaluation.best[track]
        case .reference: Double(evaluation.answers) * model.tables.referencePerAnswer
        }
    }

    private func addTraits(to evaluation: inout Evaluation, _ scratch: AlignmentScratch) {
        let tables = model.tables
        evaluation.answered = evaluation.base
        for trait in 0..<tables.traitCount where scratch.traitCounts[trait] > 0 {
            let strength = strength(of: trait, scratch)
            for track in 0..<tables.trackCount {
                evaluation.answered[track] += tables.traitPoints[trait * tables.trackCount + track] * strength
            }
        }
        for track in 0..<tables.trackCount {
            evaluation.answered[track] = evaluation.answered[track].clampedToPercentage
        }
    }

    func strength(of trait: Int, _ scratch: AlignmentScratch) -> Double {
        let units = Double(scratch.answerCount) / model.description.traits.answersPerUnit
        return min(1, Double(scratch.traitCounts[trait]) / max(1, units))
    }

    private func addProfile(_ features: ProfileFeatures, to evaluation: inout Evaluation) {
        let tables = model.tables
        var sum = TrackValues(count: tables.trackCount)
        for (index, feature) in ProfileFeature.all.enumerated() {
            guard let value = features.value(of: feature) else { continue }
            for track in 0..<tables.trackCount {
                let weight = tables.profileWeights[index * tables.trackCount + track]
                sum[track] += weight * value
                evaluation.profileWeight[track] += weight
            }
        }
        evaluation.countsProfile = true
        for track in 0..<tables.trackCount where evaluation.profileWeight[track] > 0 {
            evaluation.profile[track] = (100 * sum[track] / evaluation.profileWeight[track]).clampedToPercentage
        }
    }

    func result(of evaluation: Evaluation) -> AlignmentResult {
        let percentages = evaluation.alignment
        var top = 0
        for track in 1..<percentages.count where percentages[track] > percentages[top] { top = track }
        return AlignmentResult(
            model: model, percentages: percentages, topTrack: top, answers: evaluation.answers, share: evaluation.share)
    }
}

/// Every stage of the formula of one message, before anything is chosen to be published.
struct Evaluation {
    let trackCount: Int
    let answers: Int
    var share = 0.0
    var raw: TrackValues
    var best: TrackValues
    var base: TrackValues
    var answered: TrackValues
    var countsProfile = false
    /// Sum of the weights of the features that are present.
    var profileWeight: TrackValues
    var profile: TrackValues
    var alignment: TrackValues

    init(trackCount: Int, answers: Int) {
        self.trackCount = trackCount
        self.answers = answers
        let zero = TrackValues(count: trackCount)
        (raw, best, base, answered, profileWeight, profile, alignment) = (zero, zero, zero, zero, zero, zero, zero)
    }
}

extension Double {
    var clampedToPercentage: Double { Swift.min(100, Swift.max(0, self)) }
}
