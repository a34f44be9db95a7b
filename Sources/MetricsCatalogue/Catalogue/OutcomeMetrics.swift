internal import Events
internal import Rollups
internal import Store

extension MetricCatalogue {
    private static let byVersion: [MetricGrouping: RollupFamily] = [.explanationVersion: .outcomesByVersion]

    static let outcomes: [MetricDefinition] = [
        MetricDefinition(
            "false_positive_rate", "The share of signal outcomes that were FALSE_POSITIVE.",
            groupings: [.explanationVersion],
            shape: [
                .init("false_positives", .count, "FALSE_POSITIVE outcomes"),
                .init("outcomes", .count, "all outcomes"),
                .init("false_positive_rate", .rate, "false_positives / outcomes"),
            ],
            compute: { query throws(StoreError) in
                try query.grouped(.outcomes, byVersion) { sums, dimension in
                    let wrong = count(.falsePositive, sums, dimension)
                    let all = total(sums, dimension)
                    return .object([
                        "false_positives": .integer(wrong), "outcomes": .integer(all),
                        "false_positive_rate": .rate(wrong, of: all),
                    ])
                }
            }),
        MetricDefinition(
            "outcome_distribution",
            """
            How signals ended: for each status its count, its share, and the mean resolution time of those that say it; and how many second, \
            different outcomes arrived in the window.
            """,
            groupings: [.explanationVersion],
            shape: .wordsBeside(
                OutcomeStatus.allCases.map(\.rawValue),
                .object([
                    .init("count", .count, "outcomes of this status"),
                    .init("total", .count, "all outcomes"),
                    .init("share", .rate, "count / total"),
                    .init("average_resolution_hours", .number(unit: "hours"), "over those with a resolution time"),
                ]),
                [
                    .init("conflicts", .count, "quarantined with outcome_conflict, by arrival")
                ]),
            compute: { query throws(StoreError) in
                let deliveries = try query.sums(.deliveries)
                let conflicts = deliveries.value(
                    Int(IngestQueue.intelligence.rawValue),
                    DeliveryItem.reasons + Int(Rejection.Reason.outcomeConflict.code))
                return try query.grouped(.outcomes, byVersion) { sums, dimension in
                    let all = total(sums, dimension)
                    return .object(
                        OutcomeStatus.allCases.map { status in
                            let value = MetricValue.share(count(status, sums, dimension), of: all)
                            let hours = averageHours(status, sums, dimension)
                            return .init(status.rawValue, value.with("average_resolution_hours", .number(hours)))
                        })
                }.with("conflicts", .integer(conflicts))
            }),
        MetricDefinition(
            "outcome_by_decision",
            """
            How signals whose outcomes occurred in the window ended, beside the first decision of each of their recommendation cases; none where \
            nobody decided, and where there was no recommendation.
            """,
            shape: .words(decisions.map(\.name), .words(OutcomeStatus.allCases.map(\.rawValue), .share)),
            compute: { query throws(StoreError) in
                let sums = try query.sums(.outcomesByDecision)
                return .object(
                    decisions.map { name, action in
                        let counts = OutcomeStatus.allCases.map { status in
                            (status.rawValue, sums.value(Int(action.code), Int(status.code)))
                        }
                        return .init(name, .shares(counts))
                    })
            }),
        MetricDefinition(
            "admin_engagement",
            "What administrators looked at: view events by type, who was active, and the ten most active.",
            shape: [
                .init("events", .words(ViewType.allCases.map(\.rawValue), .count), "view events by type"),
                .init("active_admins", .count, "different administrators with a view event"),
                .init(
                    "top_admins",
                    .array(
                        of: .object([
                            .init("admin_user_id", .identifier, "who"), .init("events", .count, "their view events"),
                        ]), count: 0...10), "most events first, then by id"),
            ],
            compute: { query throws(StoreError) in
                let events = try query.sums(.views)
                let admins = try query.sums(.viewsByAdmin)
                return .object([
                    "events": .object(
                        ViewType.allCases.map { .init($0.rawValue, .integer(events.value(0, Int($0.code)))) }),
                    "active_admins": .integer(Int64(admins.cells.count)),
                    "top_admins": .array(
                        try mostActive(10, of: admins, query.reader).map {
                            .object(["admin_user_id": .integer($0.id), "events": .integer($0.events)])
                        }),
                ])
            }),
    ]

    /// `viewed` stands for no decision.
    private static let decisions: [(name: String, action: RecommendationAction)] =
        [RecommendationAction.accepted, .ignored, .overridden].map { ($0.rawValue, $0) } + [("none", .viewed)]

    private static func count(_ status: OutcomeStatus, _ sums: CellSums, _ dimension: Int) -> Int64 {
        sums.value(dimension, Int(status.code) * 4 + OutcomeItem.count.rawValue)
    }

    private static func total(_ sums: CellSums, _ dimension: Int) -> Int64 {
        OutcomeStatus.allCases.reduce(0) { $0 + count($1, sums, dimension) }
    }

    private static func averageHours(_ status: OutcomeStatus, _ sums: CellSums, _ dimension: Int) -> Double? {
        let first = Int(status.code) * 4
        let timed = sums.value(dimension, first + OutcomeItem.timed.rawValue)
        guard timed > 0 else { return nil }
        let hours = sums.exactSum(
            dimension, wholes: first + OutcomeItem.wholeHours.rawValue,
            fractions: first + OutcomeItem.fractionHours.rawValue)
        return hours / Double(timed)
    }
}
