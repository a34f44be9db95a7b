import Events

/// What a model file says, checked, with names replaced by places in the lists of tracks, categories and traits.
struct ModelDescription: Sendable, Equatable {
    var name = ""
    var version = ""
    var tracks: [String] = []
    var categories: [String] = []
    /// By category.
    var categoryWeights: [Double] = []
    var fullEvidenceAnswers = 1.0
    var traits = Traits()
    var questions: [Question] = []
    /// Weights by ``ProfileFeature``, then track; empty where the file has no `profile`.
    var profileWeights: [[Double]] = []

    /// Every name in it; the derived `==` compares them as Swift does, which is not by their bytes.
    var names: [ByteKey] {
        let questions = questions.flatMap { [$0.name] + $0.options.map(\.name) }
        return ([name, version] + tracks + categories + traits.names + questions).map { ByteKey($0) }
    }

    struct Traits: Sendable, Equatable {
        var names: [String] = []
        /// Points of a percentage that all traits of a track may add at most, when its weights sum to 1.
        var maxPoints = 0.0
        var answersPerUnit = 1.0
        /// By trait, then track.
        var weights: [[Double]] = []
    }

    struct Question: Sendable, Equatable {
        var name: String
        var category: Int
        var options: [Option]
    }

    struct Option: Sendable, Equatable {
        var name: String
        /// By track, before the category's weight.
        var points: [Double]
        var traits: [Int] = []
    }
}
