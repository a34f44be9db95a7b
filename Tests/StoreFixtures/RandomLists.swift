package import Events

/// Fills batches with events of every kind whose times, ids and words are often the same or odd.
package struct RandomLists {
    private var state: UInt64
    private var number = 0
    package static let types = ["mentoring", "extra_lab", "\u{E9}", "e\u{301}", "a/b", "\u{1F600}"]
    package static let versions = ["v1", "v2", "unknown"]
    package static let start: Timestamp = 1_770_000_000_000_000

    package init(seed: UInt64) { state = seed }

    /// `count` events, half of them recommendations.
    package mutating func batch(_ count: Int) -> DeliveryBatch {
        var builder = BatchBuilder()
        for _ in 0..<count {
            builder.receivedAt = Self.start + Timestamp(pick(10)) * 3_600_000_000
            let (id, time) = (id(), Self.start + Timestamp(pick(20)) * 600_000_000)
            switch pick(6) {
            case 0: builder.profiler(id, at: time, session: "s\(pick(9))")
            case 1:
                number += 1
                builder.outcome(
                    id, at: time, signal: Int64(number), OutcomeStatus.allCases[pick(4)],
                    hours: pick(3) == 0 ? nil : Double(pick(9)) / 2, version: Self.versions[pick(3)])
            case 2:
                builder.view(
                    id, at: time, admin: Int64(pick(4)), ViewType.allCases[pick(4)],
                    signal: pick(3) == 0 ? nil : Int64(pick(9)), version: Self.versions[pick(3)])
            default:
                let warnings = pick(9) == 0 ? [Warning(.coerced, at: "/x", "x"), Warning(.timeOrder, at: "", "y")] : []
                builder.recommendation(
                    id, at: time, type: Self.types[pick(6)], signal: Int64(pick(9)), admin: Int64(pick(4)),
                    RecommendationAction.allCases[pick(4)],
                    confidence: pick(4) == 0 ? nil : Confidence.allCases[pick(3)],
                    decisionTime: pick(3) == 0 ? nil : Int64(pick(9)), version: Self.versions[pick(3)],
                    warnings: warnings)
            }
        }
        return builder.batch
    }

    private mutating func id() -> String {
        number += 1
        let digits = String(repeating: "0", count: 12 - "\(number)".count) + "\(number)"
        return switch pick(6) {
        case 0: "0123abcd-0000-4000-8000-\(digits)"
        case 1: "0123ABCD-0000-4000-8000-\(digits)"
        case 2: "a\0\(number)"
        case 3: "/../?\(number)%00"
        case 4: "\u{1F600}\(number)"
        default: "0123abcd-0000-4000-8000-\(digits)\0"
        }
    }

    private mutating func pick(_ count: Int) -> Int {
        // Knuth's MMIX generator; its upper bits.
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % count
    }
}
