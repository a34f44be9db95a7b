internal import Events
internal import Rollups
internal import Store

extension MetricCatalogue {
    static let quality: [MetricDefinition] = [
        MetricDefinition(
            "data_quality",
            "What became of the messages that arrived in the window: stored, duplicate or quarantined, with reasons and warnings.",
            shape: [
                .init("queues", .words(IngestQueue.allCases.map(\.name), .object(queueMembers)), "by queue"),
                .init("missing_version", .count, "stored events without an explanation_version"),
                .init(
                    "warnings", .words(Warning.Code.allCases.map(\.rawValue), .count),
                    "warnings of stored messages, by code"),
            ],
            compute: { query throws(StoreError) in
                let sums = try query.sums(.deliveries)
                func warnings(_ code: Warning.Code) -> Int64 {
                    IngestQueue.allCases.reduce(0) { count, queue in
                        count + sums.value(Int(queue.rawValue), DeliveryItem.warnings + Int(code.code))
                    }
                }
                return .object([
                    "queues": .object(
                        IngestQueue.allCases.map { .init($0.name, value(of: Int($0.rawValue), sums)) }),
                    "missing_version": .integer(warnings(.missingVersion)),
                    "warnings": .object(
                        Warning.Code.allCases.map { .init($0.rawValue, .integer(warnings($0))) }),
                ])
            })
    ]

    private static let queueMembers: [MetricShape.Member] = [
        .init("received", .count, "stored + duplicates + quarantined"),
        .init("stored", .count, "stored, with or without warnings"),
        .init("duplicates", .count, "stored before"),
        .init("quarantined", .count, "kept whole, with a reason"),
        .init("quarantine_rate", .rate, "quarantined / received"),
        .init("reason", .map(of: "reason", .count), "quarantined by first reason; those that occurred"),
    ]

    private static func value(of queue: Int, _ sums: CellSums) -> MetricValue {
        func count(_ item: Int) -> Int64 { sums.value(queue, item) }
        let (stored, duplicates) = (count(DeliveryItem.stored), count(DeliveryItem.duplicates))
        let quarantined = count(DeliveryItem.quarantined)
        let received = stored + duplicates + quarantined
        let reasons = Rejection.Reason.allCases.map { ($0.rawValue, count(DeliveryItem.reasons + Int($0.code))) }
        return .object([
            "received": .integer(received), "stored": .integer(stored), "duplicates": .integer(duplicates),
            "quarantined": .integer(quarantined), "quarantine_rate": .rate(quarantined, of: received),
            "reason": .object(reasons.filter { $0.1 > 0 }.map { .init($0.0, .integer($0.1)) }),
        ])
    }
}
