internal import Events
internal import Rollups
internal import Store

extension MetricCatalogue {
    private static let byAction: [MetricGrouping: RollupFamily] = [
        .recommendationType: .actionsByType, .confidenceAtTime: .actionsByConfidence,
        .explanationVersion: .actionsByVersion,
    ]
    private static let byDecisionTime: [MetricGrouping: RollupFamily] = [
        .recommendationType: .decisionTimeByType, .confidenceAtTime: .decisionTimeByConfidence,
        .explanationVersion: .decisionTimeByVersion,
    ]

    /// Events, and the cases that they make up.
    private static let byActionAndCase: [MetricGrouping: [RollupFamily]] = [
        .recommendationType: [.actionsByType, .casesByType],
        .confidenceAtTime: [.actionsByConfidence, .casesByConfidence],
        .explanationVersion: [.actionsByVersion, .casesByVersion],
    ]

    static let recommendations: [MetricDefinition] = [
        MetricDefinition(
            "recommendation_acceptance_rate", version: 2,
            """
            The share of viewed recommendations that were accepted: ACCEPTED events by VIEWED events of the window; and, by case (signal, type and \
            version), of those first viewed in the window, whose first decision counts, whenever it came.
            """,
            groupings: MetricGrouping.allCases,
            shape: [
                .init("viewed", .count, "VIEWED events"),
                .init("accepted", .count, "ACCEPTED events"),
                .init(
                    "acceptance_rate", .number(unit: "ratio"),
                    "accepted / viewed; above 1 where views were not reported"),
                .init("cases", .object(caseMembers), "what became of cases that were first viewed in the window"),
            ],
            compute: { query throws(StoreError) in
                try query.grouped([.actions, .cases], byActionAndCase) { sums, dimension in
                    let actions = Actions(sums[0], dimension)
                    let cases = Actions(sums[1], dimension)
                    return .object([
                        "viewed": .integer(actions.viewed), "accepted": .integer(actions.accepted),
                        "acceptance_rate": .rate(actions.accepted, of: actions.viewed), "cases": value(of: cases),
                    ])
                }
            }),
        MetricDefinition(
            "average_decision_time",
            "How long decisions took, in milliseconds, over ACCEPTED, IGNORED and OVERRIDDEN events that say so.",
            groupings: MetricGrouping.allCases,
            shape: [
                .init("count", .count, "decisions with a decision time"),
                .init("average_ms", .number(unit: "milliseconds"), "their mean"),
                .init("p50_ms", .number(unit: "milliseconds"), "their median, within 1 %"),
                .init("p90_ms", .number(unit: "milliseconds"), "their 90th percentile, within 1 %"),
                .init("p99_ms", .number(unit: "milliseconds"), "their 99th percentile, within 1 %"),
            ],
            compute: { query throws(StoreError) in
                try query.grouped(.decisionTime, byDecisionTime) { sums, dimension in
                    let times = sums.numbers(dimension)
                    return .object([
                        "count": .integer(times.count), "average_ms": .number(times.average),
                        "p50_ms": .number(times.quantile(0.5)), "p90_ms": .number(times.quantile(0.9)),
                        "p99_ms": .number(times.quantile(0.99)),
                    ])
                }
            }),
        MetricDefinition(
            "override_rate",
            "The share of decisions (accepted, ignored or overridden) that overrode the recommendation.",
            groupings: MetricGrouping.allCases,
            shape: [
                .init("overridden", .count, "OVERRIDDEN events"),
                .init("decisions", .count, "ACCEPTED, IGNORED and OVERRIDDEN events"),
                .init("override_rate", .rate, "overridden / decisions"),
            ],
            compute: { query throws(StoreError) in
                try query.grouped(.actions, byAction) { sums, dimension in
                    let actions = Actions(sums, dimension)
                    return .object([
                        "overridden": .integer(actions.overridden), "decisions": .integer(actions.decisions),
                        "override_rate": .rate(actions.overridden, of: actions.decisions),
                    ])
                }
            }),
    ]

    private static let caseMembers: [MetricShape.Member] = [
        .init("viewed", .count, "cases first viewed in the window"),
        .init("accepted", .count, "of these, first ACCEPTED"),
        .init("ignored", .count, "of these, first IGNORED"),
        .init("overridden", .count, "of these, first OVERRIDDEN"),
        .init("open", .count, "of these, not decided yet"),
        .init("acceptance_rate", .rate, "accepted / viewed"),
    ]

    /// Of a case the family has its first decision, and `viewed` where there is none.
    private static func value(of cases: Actions) -> MetricValue {
        let viewed = cases.viewed + cases.decisions
        return .object([
            "viewed": .integer(viewed), "accepted": .integer(cases.accepted), "ignored": .integer(cases.ignored),
            "overridden": .integer(cases.overridden), "open": .integer(cases.viewed),
            "acceptance_rate": .rate(cases.accepted, of: viewed),
        ])
    }

    private struct Actions {
        let viewed, accepted, ignored, overridden: Int64

        init(_ sums: CellSums, _ dimension: Int) {
            func count(_ action: RecommendationAction) -> Int64 { sums.value(dimension, Int(action.code)) }
            (viewed, accepted) = (count(.viewed), count(.accepted))
            (ignored, overridden) = (count(.ignored), count(.overridden))
        }

        var decisions: Int64 { accepted + ignored + overridden }
    }
}
