/// What the facts of a window can be split and filtered by. Nothing stored depends on the numbers.
package enum FactDimension: Int, CaseIterable, Sendable {
    case recommendationType
    case confidence
    case explanationVersion
    case admin
    case completionStatus
    case recommendedTrack
    case workStyle
    case difficulty
    case modelVersion
    case browser
    case operatingSystem

    /// The spelling of requests and results.
    package var name: String {
        switch self {
        case .recommendationType: "recommendation_type"
        case .confidence: "confidence_at_time"
        case .explanationVersion: "explanation_version"
        case .admin: "admin_user_id"
        case .completionStatus: "completion_status"
        case .recommendedTrack: "recommended_track"
        case .workStyle: "work_style_cluster"
        case .difficulty: "difficulty_selection"
        case .modelVersion: "model_version"
        case .browser: "browser"
        case .operatingSystem: "os"
        }
    }

    package init?(name: String) {
        guard let dimension = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = dimension
    }
}

extension RollupStream {
    /// What its facts say.
    package var dimensions: [FactDimension] {
        switch self {
        case .recommendation, .recommendationCase, .caseOutcome:
            [.recommendationType, .confidence, .explanationVersion, .admin]
        case .outcome: [.explanationVersion]
        case .view: [.explanationVersion, .admin]
        case .sessionStart: [.completionStatus]
        case .sessionResult:
            [
                .completionStatus, .recommendedTrack, .workStyle, .difficulty, .modelVersion, .browser,
                .operatingSystem,
            ]
        case .delivery, .sessionModules, .learnerFirst, .learnerRepeat: []
        }
    }
}
