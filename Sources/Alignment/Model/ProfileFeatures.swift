package import Events

/// What a profiler message tells beside its answers, as far as a model's `profile` section may weigh it.
package struct ProfileFeatures: Sendable {
    /// 0 to 100.
    package var aptitudeScore: Double?
    /// 0 to 100.
    package var technicalExposureScore: Double?
    package var workStyle: WorkStyleCluster?
    package var difficulty: Difficulty?

    package init(
        aptitudeScore: Double? = nil, technicalExposureScore: Double? = nil, workStyle: WorkStyleCluster? = nil,
        difficulty: Difficulty? = nil
    ) {
        self.aptitudeScore = aptitudeScore
        self.technicalExposureScore = technicalExposureScore
        self.workStyle = workStyle
        self.difficulty = difficulty
    }

    package init(_ message: ProfilerTelemetry) {
        self.init(
            aptitudeScore: message.aptitudeScore, technicalExposureScore: message.technicalExposureScore,
            workStyle: message.workStyleCluster, difficulty: message.difficultySelection)
    }

    var isEmpty: Bool {
        aptitudeScore == nil && technicalExposureScore == nil && workStyle == nil && difficulty == nil
    }

    /// The feature's value from 0 to 1; nil where the message lacks the member it is made from.
    func value(of feature: ProfileFeature) -> Double? {
        switch feature {
        case .aptitude: aptitudeScore.map { $0 / 100 }
        case .technicalExposure: technicalExposureScore.map { $0 / 100 }
        case .workStyle(let cluster): workStyle.map { $0 == cluster ? 1 : 0 }
        case .difficulty(let level): difficulty.map { $0 == level ? 1 : 0 }
        }
    }
}

/// A feature as a model's `profile` section names it.
enum ProfileFeature: Sendable {
    case aptitude
    case technicalExposure
    case workStyle(WorkStyleCluster)
    case difficulty(Difficulty)

    /// In the order of the weights in the compiled model.
    static let all: [ProfileFeature] =
        [.aptitude, .technicalExposure] + WorkStyleCluster.allCases.map { .workStyle($0) }
        + Difficulty.allCases.map { .difficulty($0) }

    var name: String {
        switch self {
        case .aptitude: "aptitude"
        case .technicalExposure: "technical_exposure"
        case .workStyle(let cluster): "work_style.\(cluster.rawValue)"
        case .difficulty(let level): "difficulty.\(level.rawValue)"
        }
    }
}
