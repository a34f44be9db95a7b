/// A model as the hot path reads it: flat arrays, all indices worked out, category weights multiplied in.
///
/// Options are numbered through all questions; a row of a table is one number per track.
struct ScoringTables: Sendable {
    let trackCount: Int
    let questionNames: NameTable
    let trackNames: NameTable
    /// The options of question `q` are `firstOption[q]..<firstOption[q + 1]`.
    private(set) var firstOption: [Int32] = [0]
    private(set) var optionNames: [[UInt8]] = []
    /// Points × weight of the category, by option and track.
    private(set) var points: [Double] = []
    /// The highest of a question's ``points``, by question and track.
    private(set) var best: [Double] = []
    /// The traits of option `o` are `traits[firstTrait[o]..<firstTrait[o + 1]]`.
    private(set) var firstTrait: [Int32] = [0]
    private(set) var traits: [Int32] = []
    let traitCount: Int
    /// Points that a trait of full strength adds, by trait and track.
    let traitPoints: [Double]
    /// What one answer is worth under ``Normalisation/reference``: the mean over all questions of the sum over the options of the
    /// highest points × weight.
    let referencePerAnswer: Double
    /// By feature and track; empty without a `profile` section.
    let profileWeights: [Double]

    init(_ model: ModelDescription) {
        trackCount = model.tracks.count
        questionNames = NameTable(model.questions.map(\.name))
        trackNames = NameTable(model.tracks)
        traitCount = model.traits.names.count
        traitPoints = model.traits.weights.flatMap { row in row.map { $0 * model.traits.maxPoints } }
        profileWeights = model.profileWeights.flatMap { $0 }
        var offered = 0.0
        for question in model.questions {
            let weight = model.categoryWeights[question.category]
            var best = Array(repeating: 0.0, count: trackCount)
            for option in question.options {
                let weighted = option.points.map { $0 * weight }
                best = zip(best, weighted).map { max($0, $1) }
                offered += weighted.max() ?? 0
                points += weighted
                optionNames.append(Array(option.name.utf8))
                traits += option.traits.map { Int32($0) }
                firstTrait.append(Int32(traits.count))
            }
            self.best += best
            firstOption.append(Int32(optionNames.count))
        }
        referencePerAnswer = offered / Double(model.questions.count)
    }

    /// The number of the option of `question` that is called `name`.
    func option(named name: UnsafeRawBufferPointer, of question: Int) -> Int? {
        for option in Int(firstOption[question])..<Int(firstOption[question + 1])
        where optionNames[option].count == name.count && optionNames[option].elementsEqual(name) {
            return option
        }
        return nil
    }
}
