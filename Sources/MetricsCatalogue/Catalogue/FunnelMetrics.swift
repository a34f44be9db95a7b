internal import Events
internal import Rollups
internal import Store

extension MetricCatalogue {
    static let funnel: [MetricDefinition] = [
        MetricDefinition(
            "profiler_funnel",
            """
            How far the sessions came that began in the window (`started_at`, else the time of their newest message): who finished, of those \
            whose result was decided, of those who accepted it, and of those who went on to the foundations.
            """,
            shape: [.init("started", .object([.init("count", .count, "all sessions that began")]), "the first step")]
                + FunnelStep.allCases.map { .init($0.name, .object(step(before: $0.before)), $0.meaning) },
            compute: { query throws(StoreError) in
                let (steps, hours) = (try query.sums(.funnelSteps), try query.sums(.funnelHours))
                var members: [MetricValue.Member] = [
                    .init("started", .object(["count": .integer(steps.value(0, 0))]))
                ]
                for step in FunnelStep.allCases {
                    let count = steps.value(0, step.rawValue)
                    let total = steps.value(0, step.rawValue - 1)
                    let numbers = hours.numbers(step.rawValue)
                    members.append(
                        .init(
                            step.name,
                            .object([
                                "count": .integer(count), "total": .integer(total), "share": .rate(count, of: total),
                                "median_hours": .number(numbers.quantile(0.5)),
                            ])))
                }
                return .object(members)
            }),
        MetricDefinition(
            "module_reach",
            "In each module, how many sessions of any status spent time, and how many of them are completed; by `completed_at`, else the time of the newest message.",
            shape: .map(
                of: "module",
                .object([
                    .init("sessions", .count, "sessions that spent time in it"),
                    .init("finished", .count, "those that are finished or locked"),
                    .init("finished_share", .rate, "finished / sessions"),
                ])),
            compute: { query throws(StoreError) in
                let sums = try query.sums(.moduleReach)
                var modules: [MetricValue.Member] = []
                for module in sums.dimensions {
                    let reached = sums.value(module, ReachItem.reached)
                    let finished = sums.value(module, ReachItem.finished)
                    let value = MetricValue.object([
                        "sessions": .integer(reached), "finished": .integer(finished),
                        "finished_share": .rate(finished, of: reached),
                    ])
                    modules.append(.init(try query.reader.module(module), value))
                }
                return .object(modules.sortedByName())
            }),
    ]

    private static func step(before: String) -> [MetricShape.Member] {
        [
            .init("count", .count, "sessions that came so far"),
            .init("total", .count, "those of the step before, \(before)"),
            .init("share", .rate, "count / total"),
            .init("median_hours", .number(unit: "hours"), "the median from the step before, within 1 %"),
        ]
    }
}

extension FunnelStep {
    fileprivate var name: String {
        switch self {
        case .finished: "finished"
        case .decided: "decided"
        case .accepted: "accepted"
        case .transitioned: "transitioned"
        }
    }

    fileprivate var before: String { FunnelStep(rawValue: rawValue - 1)?.name ?? "started" }

    fileprivate var meaning: String {
        switch self {
        case .finished: "status finished or locked; hours from `started_at` to `completed_at`"
        case .decided: "the result was accepted or overridden; hours from `completed_at` to `result_accepted_at`"
        case .accepted: "the result was accepted, at the moment it was decided"
        case .transitioned: "hours from `result_accepted_at` to `foundations_transition_at`"
        }
    }
}
