internal import Events
internal import Rollups
internal import Store

extension MetricCatalogue {
    private static let threeNumbers: [MetricShape.Member] = [
        .init("count", .count, "sessions that say it"),
        .init("average_seconds", .number(unit: "seconds"), "their mean"),
        .init("p50_seconds", .number(unit: "seconds"), "their median, within 1 %"),
        .init("p90_seconds", .number(unit: "seconds"), "their 90th percentile, within 1 %"),
    ]

    static let sessions: [MetricDefinition] = [
        MetricDefinition(
            "profiler_completion",
            "How far sessions got: each session once, as it stands, by when it started (else when its newest message occurred).",
            shape: [
                .init(
                    "completion_status", .words(CompletionStatus.allCases.map(\.rawValue), .count), "sessions by status"
                ),
                .init("sessions", .count, "all sessions"),
                .init("completed", .count, "finished and locked"),
                .init("completion_rate", .rate, "completed / sessions"),
            ],
            compute: { query throws(StoreError) in
                let sums = try query.sums(.sessionStatus)
                let counts = CompletionStatus.allCases.map { (status: $0, count: sums.value(0, Int($0.code))) }
                let all = counts.reduce(0) { $0 + $1.count }
                let completed = counts.filter { [.finished, .locked].contains($0.status) }.reduce(0) { $0 + $1.count }
                return .object([
                    "completion_status": .object(counts.map { .init($0.status.rawValue, .integer($0.count)) }),
                    "sessions": .integer(all), "completed": .integer(completed),
                    "completion_rate": .rate(completed, of: all),
                ])
            }),
        MetricDefinition(
            "module_time", "Seconds that completed sessions spent in each module (`time_spent_per_module`).",
            shape: .map(of: "module", .object(threeNumbers)),
            compute: { query throws(StoreError) in
                let sums = try query.sums(.moduleTime)
                var modules: [MetricValue.Member] = []
                for module in sums.dimensions {
                    modules.append(.init(try query.reader.module(module), seconds(sums.numbers(module))))
                }
                return .object(modules.sortedByName())
            }),
        MetricDefinition(
            "session_duration", "Seconds that completed sessions took in all (`time_spent_seconds`).",
            shape: threeNumbers,
            compute: { query throws(StoreError) in seconds(try query.sums(.sessionDuration).numbers(0)) }),
        score("aptitude_score", .aptitudeScore, "Aptitude scores of completed sessions, 0 to 100."),
        score(
            "technical_exposure_score", .technicalExposureScore,
            "Technical exposure scores of completed sessions, 0 to 100."),
    ]

    private static func seconds(_ numbers: NumberSummary) -> MetricValue {
        .object([
            "count": .integer(numbers.count), "average_seconds": .number(numbers.average),
            "p50_seconds": .number(numbers.quantile(0.5)), "p90_seconds": .number(numbers.quantile(0.9)),
        ])
    }

    private static func score(_ name: String, _ family: RollupFamily, _ text: String) -> MetricDefinition {
        MetricDefinition(
            name, text,
            shape: [
                .init("count", .count, "sessions with a score"),
                .init("average", .number(unit: "points"), "their mean"),
                .init("p50", .number(unit: "points"), "their median, within 1 %"),
                .init("p90", .number(unit: "points"), "their 90th percentile, within 1 %"),
                .init(
                    "histogram", .array(of: .count, count: 10...10),
                    "scores from 0 and below 10, from 10 and below 20, …, from 90 to 100"),
            ],
            compute: { query throws(StoreError) in
                let sums = try query.sums(family)
                let numbers = sums.numbers(0)
                return .object([
                    "count": .integer(numbers.count), "average": .number(numbers.average),
                    "p50": .number(numbers.quantile(0.5)), "p90": .number(numbers.quantile(0.9)),
                    "histogram": .array((0..<10).map { .integer(sums.value(0, NumberItem.tenths + $0)) }),
                ])
            })
    }
}
