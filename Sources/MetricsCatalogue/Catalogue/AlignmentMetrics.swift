internal import Events
internal import Rollups
internal import Store

extension MetricCatalogue {
    /// The share of results that the platform wants to see accepted.
    private static let acceptanceTarget = 0.9

    static let alignments: [MetricDefinition] = [
        MetricDefinition(
            "track_alignment", version: 2,
            "Computed and reported alignment of completed sessions by track, the models that computed it, and how far the two are apart.",
            shape: [
                .init("tracks", .map(of: "track", .object(trackMembers)), "by track"),
                .init(
                    "models", .array(of: .object(modelMembers), count: 0...65_536),
                    "by model and version: an average over several mixes what they mean"),
                .init("drift", .object(driftMembers), "sessions with both a computed and a reported alignment"),
            ] + recommendationMembers,
            compute: { query throws(StoreError) in
                let sums = try query.sums(.trackAlignment)
                var tracks: [MetricValue.Member] = []
                for track in sums.dimensions where track != AlignmentItem.drift {
                    tracks.append(.init(try query.reader.track(track), value(of: track, sums)))
                }
                let (agreed, recommended) = (
                    sums.value(AlignmentItem.drift, AlignmentItem.agreedWithRecommendation),
                    sums.value(AlignmentItem.drift, AlignmentItem.withRecommendation)
                )
                return .object([
                    "tracks": .object(tracks.sortedByName()), "models": .array(try models(query)), "drift": drift(sums),
                    "recommendation_compared": .integer(recommended), "recommendation_agreed": .integer(agreed),
                    "recommendation_agreement": .rate(agreed, of: recommended),
                ])
            }),
        MetricDefinition(
            "result_acceptance_rate",
            "The share of completed sessions whose result was accepted, of those that decided.",
            shape: [
                .init("accepted", .count, "result_accepted is true"),
                .init("overridden", .count, "result_accepted is false"),
                .init("acceptance_rate", .rate, "accepted / (accepted + overridden)"),
                .init("target", .constant(acceptanceTarget), "what is aimed at"),
                .init(
                    "meets_target", .optionalBoolean, "whether acceptance_rate reaches target; null without decisions"),
            ],
            compute: { query throws(StoreError) in
                let sums = try query.sums(.profile)
                let (accepted, overridden) = (sums.value(.accepted), sums.value(.overridden))
                let decided = accepted + overridden
                return .object([
                    "accepted": .integer(accepted), "overridden": .integer(overridden),
                    "acceptance_rate": .rate(accepted, of: decided), "target": .number(acceptanceTarget),
                    "meets_target": .boolean(
                        decided == 0 ? nil : Double(accepted) / Double(decided) >= acceptanceTarget),
                ])
            }),
        MetricDefinition(
            "attempt_violations", version: 2,
            """
            Completed sessions of learners (`user_id`) who had completed one already, without a reset in between; a reset that the later \
            session names counts.
            """,
            shape: [
                .init("learners", .count, "learners with a completed session"),
                .init("sessions", .count, "completed sessions"),
                .init("violations", .count, "those after another one of the same learner, without a reset in between"),
                .init(
                    "reported_violations", .count,
                    "sessions that say so themselves: attempt_count above 1 and no admin_reset_by (`violations` of version 1)"
                ),
            ],
            compute: { query throws(StoreError) in
                let sums = try query.sums(.profile)
                let repeats = try query.sums(.learnerRepeats)
                return .object([
                    "learners": .integer(try query.learners()),
                    "sessions": .integer(sums.value(.sessions)), "violations": .integer(repeats.value(0, 1)),
                    "reported_violations": .integer(sums.value(.violations)),
                ])
            }),
        MetricDefinition(
            "foundations_transition",
            "How many completed sessions went on to the foundations, and how many hours after completion.",
            shape: [
                .init("completed", .count, "completed sessions"),
                .init("transitioned", .count, "those with a foundations_transition_at"),
                .init("transition_rate", .rate, "transitioned / completed"),
                .init("p50_hours", .number(unit: "hours"), "median from completed_at to the transition, within 1 %"),
                .init(
                    "p90_hours", .number(unit: "hours"),
                    "90th percentile of the same; a transition before completion is left out"),
            ],
            compute: { query throws(StoreError) in
                let sums = try query.sums(.profile)
                let hours = try query.sums(.transitionTime).numbers(0)
                let (completed, transitioned) = (sums.value(.sessions), sums.value(.transitioned))
                return .object([
                    "completed": .integer(completed), "transitioned": .integer(transitioned),
                    "transition_rate": .rate(transitioned, of: completed),
                    "p50_hours": .number(hours.quantile(0.5)), "p90_hours": .number(hours.quantile(0.9)),
                ])
            }),
    ]

    private static let trackMembers: [MetricShape.Member] = [
        .init("count", .count, "sessions with a computed alignment"),
        .init("average_computed", .number(unit: "percent"), "its mean"),
        .init("reported_count", .count, "sessions with a reported alignment"),
        .init("average_reported", .number(unit: "percent"), "its mean"),
        .init("top_count", .count, "sessions whose computed top track it is"),
    ]

    private static let modelMembers: [MetricShape.Member] = [
        .init("model", .text, "its name"),
        .init("version", .text, "its version"),
        .init("count", .count, "sessions with an alignment that it computed"),
    ]

    private static let recommendationMembers: [MetricShape.Member] = [
        .init(
            "recommendation_compared", .count,
            "sessions with a computed alignment whose recommended track `alignment.track_ids` knows"),
        .init("recommendation_agreed", .count, "those whose recommended track is the computed top track"),
        .init("recommendation_agreement", .rate, "recommendation_agreed / recommendation_compared"),
    ]

    /// By name, then by version.
    private static func models(_ query: MetricQuery) throws(StoreError) -> [MetricValue] {
        let sums = try query.sums(.alignmentModels)
        var models: [(key: [ByteKey], value: MetricValue)] = []
        for dimension in sums.dimensions {
            let (name, version) = try query.reader.model(dimension)
            let count = sums.value(dimension, 0)
            models.append(
                (
                    [ByteKey(name), ByteKey(version)],
                    .object(["model": .text(name), "version": .text(version), "count": .integer(count)])
                ))
        }
        return models.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    private static let driftMembers: [MetricShape.Member] = [
        .init("compared", .count, "those with enough answers (`alignment.drift_minimum_share`)"),
        .init("excluded", .count, "those without: early alignments say little"),
        .init(
            "average_points", .number(unit: "points"),
            "mean of the largest difference of a track, over those whose scales are the same (`alignment.reported_scale`)"
        ),
        .init("top_track_agreed", .count, "sessions whose top tracks are the same"),
        .init("top_track_agreement", .rate, "top_track_agreed / compared"),
    ]

    private static func value(of track: Int, _ sums: CellSums) -> MetricValue {
        func value(_ item: AlignmentItem) -> Int64 { sums.value(track, item.rawValue) }
        return .object([
            "count": .integer(value(.computed)),
            "average_computed": .number(Percentage.mean(value(.computedSum), of: value(.computed))),
            "reported_count": .integer(value(.reported)),
            "average_reported": .number(Percentage.mean(value(.reportedSum), of: value(.reported))),
            "top_count": .integer(value(.top)),
        ])
    }

    private static func drift(_ sums: CellSums) -> MetricValue {
        let compared = sums.value(AlignmentItem.drift, AlignmentItem.compared)
        let agreed = sums.value(AlignmentItem.drift, AlignmentItem.agreed)
        let points = Percentage.mean(
            sums.value(AlignmentItem.drift, AlignmentItem.driftSum),
            of: sums.value(AlignmentItem.drift, AlignmentItem.onSameScale))
        return .object([
            "compared": .integer(compared),
            "excluded": .integer(sums.value(AlignmentItem.drift, AlignmentItem.excluded)),
            "average_points": .number(points),
            "top_track_agreed": .integer(agreed), "top_track_agreement": .rate(agreed, of: compared),
        ])
    }
}
