package import Events

/// Where every point of an alignment comes from: per track, contributions that add up to its percentage.
package struct Explanation: Sendable {
    package let result: AlignmentResult
    package let normalisation: Normalisation
    /// In the model's order.
    package let tracks: [Track]

    package struct Track: Sendable {
        package let name: String
        /// By answers alone, before traits, 0 to 100.
        package let base: Double
        /// By answers and traits, 0 to 100.
        package let answered: Double
        /// By profile features, 0 to 100; nil where none counts.
        package let profile: Double?
        package let contributions: [Contribution]

        /// The percentage, up to the rounding of doubles.
        package var sum: Double { contributions.reduce(0) { $0 + $1.points } }
    }

    package struct Contribution: Sendable {
        package let kind: Kind
        /// The category, trait or feature; for a clamp `0-100`.
        package let name: String
        /// Points of the final percentage; negative where a clamp takes some away.
        package let points: Double
        /// How they come about, in a few words.
        package let detail: String
    }

    package enum Kind: String, Sendable, CaseIterable {
        case category, trait, profile
        /// What was above 100 or below 0 and does not count.
        case clamp
    }
}

extension Scorer {
    /// As `score`, but with the reasons; for people, not for the hot path.
    package func explain(
        answers: ArraySlice<Answer>, bytes: borrowing ByteArena, features: ProfileFeatures,
        into scratch: inout AlignmentScratch
    ) -> Explanation? {
        collect(answers, bytes, into: &scratch)
        guard let evaluation = evaluate(features, &scratch) else { return nil }
        let tracks = model.tracks.indices.map { track in
            Explanation.Track(
                name: model.tracks[track], base: evaluation.base[track], answered: evaluation.answered[track],
                profile: evaluation.countsProfile ? evaluation.profile[track] : nil,
                contributions: contributions(to: track, evaluation, features, scratch))
        }
        return Explanation(result: result(of: evaluation), normalisation: normalisation, tracks: tracks)
    }

    private func contributions(
        to track: Int, _ evaluation: Evaluation, _ features: ProfileFeatures, _ scratch: AlignmentScratch
    ) -> [Explanation.Contribution] {
        let share = evaluation.countsProfile ? evaluation.share : 1
        var lines = categories(of: track, evaluation, scratch, share: share)
        lines += traits(of: track, scratch, share: share)
        if evaluation.countsProfile { lines += profile(of: track, evaluation, features, share: 1 - share) }
        let clamped = cutOff(track, evaluation, scratch, share: share)
        if clamped != 0 {
            lines.append(.init(kind: .clamp, name: "0-100", points: clamped, detail: "limited to 0 to 100"))
        }
        return lines
    }

    /// What the two limits take away: the one of the base, then the one of base and traits together. A profile stays within 0 to 100
    /// by itself, since its weights are not negative.
    private func cutOff(
        _ track: Int, _ evaluation: Evaluation, _ scratch: AlignmentScratch, share: Double
    ) -> Double {
        let full = full(for: track, evaluation)
        let unlimitedBase = full > 0 ? 100 * evaluation.raw[track] / full : 0
        let tables = model.tables
        var unlimited = evaluation.base[track]
        for trait in 0..<tables.traitCount {
            unlimited += tables.traitPoints[trait * tables.trackCount + track] * strength(of: trait, scratch)
        }
        return share * (evaluation.base[track] - unlimitedBase + evaluation.answered[track] - unlimited)
    }

    private func categories(
        of track: Int, _ evaluation: Evaluation, _ scratch: AlignmentScratch, share: Double
    ) -> [Explanation.Contribution] {
        let (tables, description) = (model.tables, model.description)
        let full = full(for: track, evaluation)
        var earned = Array(repeating: 0.0, count: description.categories.count)
        var counts = Array(repeating: 0, count: description.categories.count)
        for question in 0..<model.questionCount where scratch.isAnswered(question) {
            let category = description.questions[question].category
            earned[category] += tables.points[Int(scratch.chosen[question]) * tables.trackCount + track]
            counts[category] += 1
        }
        return description.categories.indices.filter { counts[$0] > 0 }.map { category in
            let number = counts[category]
            return .init(
                kind: .category, name: description.categories[category],
                points: full > 0 ? share * 100 * earned[category] / full : 0,
                detail: "\(number) \(number == 1 ? "answer" : "answers"): \(PublishedNumber(earned[category])) of "
                    + "\(PublishedNumber(full)) points")
        }
    }

    private func traits(
        of track: Int, _ scratch: AlignmentScratch, share: Double
    ) -> [Explanation.Contribution] {
        let tables = model.tables
        return (0..<tables.traitCount).compactMap { trait in
            let most = tables.traitPoints[trait * tables.trackCount + track]
            guard most > 0, scratch.traitCounts[trait] > 0 else { return nil }
            let strength = strength(of: trait, scratch)
            return .init(
                kind: .trait, name: model.description.traits.names[trait], points: share * most * strength,
                detail: "strength \(PublishedNumber(100 * strength)) % of \(PublishedNumber(most)) points")
        }
    }

    private func profile(
        of track: Int, _ evaluation: Evaluation, _ features: ProfileFeatures, share: Double
    ) -> [Explanation.Contribution] {
        let tables = model.tables
        return ProfileFeature.all.enumerated().compactMap { index, feature in
            let weight = tables.profileWeights[index * tables.trackCount + track]
            guard weight > 0, let value = features.value(of: feature) else { return nil }
            let relative = weight / evaluation.profileWeight[track]
            return .init(
                kind: .profile, name: feature.name, points: share * 100 * relative * value,
                detail: "\(PublishedNumber(100 * value)) % at a weight of \(PublishedNumber(100 * relative)) %")
        }
    }
}
