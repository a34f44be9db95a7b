/// Cells that are read together. The numbers are stored and never change.
package enum RollupFamily: UInt8, CaseIterable, Sendable {
    case actions = 0
    case actionsByType = 1
    case actionsByConfidence = 2
    case actionsByVersion = 3
    case decisionTime = 4
    case decisionTimeByType = 5
    case decisionTimeByConfidence = 6
    case decisionTimeByVersion = 7
    case outcomes = 8
    case outcomesByVersion = 9
    case views = 10
    case viewsByAdmin = 11
    case sessionStatus = 12
    case moduleTime = 13
    case sessionDuration = 14
    case aptitudeScore = 15
    case technicalExposureScore = 16
    case profile = 17
    case recommendedTrack = 18
    case trackAlignment = 19
    case transitionTime = 20
    case scenarioChoices = 21
    case devices = 22
    case deliveries = 23
    case alignmentModels = 24
    case cases = 25
    case casesByType = 26
    case casesByConfidence = 27
    case casesByVersion = 28
    case outcomesByDecision = 29
    /// By ``FunnelStep``; 0 are all that started.
    case funnelSteps = 30
    case funnelHours = 31
    case moduleReach = 32
    /// By ``NameDomain/override``.
    case recommendationOverrides = 33
    /// Completed sessions of learners who had completed none before.
    case learnerFirsts = 34
    /// Those of learners who had, and (1) those without a reset in between.
    case learnerRepeats = 35

    /// The facts it is made of.
    package var stream: RollupStream {
        switch self {
        case .actions, .actionsByType, .actionsByConfidence, .actionsByVersion, .decisionTime, .decisionTimeByType,
            .decisionTimeByConfidence, .decisionTimeByVersion:
            .recommendation
        case .outcomes, .outcomesByVersion: .outcome
        case .views, .viewsByAdmin: .view
        case .sessionStatus, .funnelSteps, .funnelHours: .sessionStart
        case .moduleReach: .sessionModules
        case .learnerFirsts: .learnerFirst
        case .learnerRepeats: .learnerRepeat
        case .moduleTime, .sessionDuration, .aptitudeScore, .technicalExposureScore, .profile, .recommendedTrack,
            .trackAlignment, .alignmentModels, .transitionTime, .scenarioChoices, .devices, .recommendationOverrides:
            .sessionResult
        case .deliveries: .delivery
        case .cases, .casesByType, .casesByConfidence, .casesByVersion: .recommendationCase
        case .outcomesByDecision: .caseOutcome
        }
    }
}

extension RollupFamily {
    /// Whether it holds numbers, each in its bucket (``NumberItem``).
    package var holdsNumbers: Bool {
        switch self {
        case .decisionTime, .decisionTimeByType, .decisionTimeByConfidence, .decisionTimeByVersion, .moduleTime,
            .sessionDuration, .aptitudeScore, .technicalExposureScore, .transitionTime, .funnelHours:
            true
        default: false
        }
    }
}

/// A set of families, as a mask.
package struct RollupFamilies {
    private let mask: UInt64

    package static let all = RollupFamilies(mask: .max)

    package init(_ families: some Sequence<RollupFamily>) {
        mask = families.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    private init(mask: UInt64) { self.mask = mask }

    @inline(__always)
    package func contains(_ family: RollupFamily) -> Bool { mask & 1 << UInt64(family.rawValue) != 0 }

    @inline(__always)
    package func contains(anyOf other: RollupFamilies) -> Bool { mask & other.mask != 0 }
}

/// A place within a family: of which module, track, version … (`dimension`), and which number of it (`item`).
package struct RollupCell: Hashable, Sendable {
    package let rawValue: UInt32

    /// `item` is below 4096, `dimension` below 2^20.
    @inline(__always)
    package init(_ dimension: Int, _ item: Int) { rawValue = UInt32(truncatingIfNeeded: dimension << 12 | item) }

    @inline(__always)
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package var dimension: Int { Int(rawValue >> 12) }
    package var item: Int { Int(rawValue & 0xFFF) }
}

/// Items of families that hold numbers: 0 to 2047 are counts by ``LogBuckets``, above them come sums.
package enum NumberItem {
    package static let wholes = 2048
    package static let fractions = 2049
    /// Ten counts, of values below 10, 20, … and up to 100.
    package static let tenths = 2050
}

/// Items of ``RollupFamily/outcomes``: four for each status.
package enum OutcomeItem: Int, CaseIterable {
    case count = 0
    case timed = 1
    case wholeHours = 2
    case fractionHours = 3
}

/// Dimensions of ``RollupFamily/profile``.
package enum ProfileDimension: Int, CaseIterable {
    case workStyle = 0
    case difficulty = 1
    case sessions = 2
}

/// Items of ``ProfileDimension/sessions``.
package enum ProfileItem: Int, CaseIterable {
    case sessions = 0
    case accepted = 1
    case overridden = 2
    case violations = 3
    case withStatement = 4
    case transitioned = 5
}

/// Items of ``RollupFamily/trackAlignment``, by track; sums are in ``Percentage`` units.
package enum AlignmentItem: Int, CaseIterable {
    case computed = 0
    case computedSum = 1
    case reported = 2
    case reportedSum = 3
    case top = 4

    /// The dimension that holds what was compared instead of a track.
    package static let drift = 0xFFFFF
    package static let compared = 0
    /// Of those on the same scale.
    package static let driftSum = 1
    package static let agreed = 2
    package static let excluded = 3
    package static let onSameScale = 4
    package static let withRecommendation = 5
    package static let agreedWithRecommendation = 6
}

/// Items of ``RollupFamily/deliveries``, by queue; the quarantined are counted by their first reason, too, and warnings by code.
package enum DeliveryItem {
    package static let stored = 0
    package static let duplicates = 1
    package static let quarantined = 2
    package static let reasons = 16
    package static let warnings = 64
}
