/// What the facts of a window can be split and filtered by.
package enum FactDimension: Hashable, Sendable {
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
    /// A member of the message that `ingest.dimensions` declares, by its name.
    case declared(String)

    /// Those that every store has.
    package static let fixed: [FactDimension] = [
        .recommendationType, .confidence, .explanationVersion, .admin, .completionStatus, .recommendedTrack, .workStyle,
        .difficulty, .modelVersion, .browser, .operatingSystem,
    ]

    /// Where its value is among the ``DimensionValues``; nil for a declared one. Nothing stored depends on it.
    @inline(__always)
    var place: Int? {
        switch self {
        case .recommendationType: 0
        case .confidence: 1
        case .explanationVersion: 2
        case .admin: 3
        case .completionStatus: 4
        case .recommendedTrack: 5
        case .workStyle: 6
        case .difficulty: 7
        case .modelVersion: 8
        case .browser: 9
        case .operatingSystem: 10
        case .declared: nil
        }
    }

    static let places = 11

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
        case .declared(let name): name
        }
    }

    /// `declared` are the names that the settings declare.
    package init?(name: String, declared: [String] = []) {
        if let dimension = Self.fixed.first(where: { $0.name == name }) {
            self = dimension
        } else if declared.contains(name) {
            self = .declared(name)
        } else {
            return nil
        }
    }
}

extension RollupStream {
    /// What its facts say, beside declared dimensions.
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

    /// Whether its facts say the dimensions that the settings declare.
    package var saysDeclared: Bool {
        switch self {
        case .delivery, .learnerFirst, .learnerRepeat: false
        default: true
        }
    }
}
