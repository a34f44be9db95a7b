package import Events

/// What scoring needs to remember between two looks at a message; one per thread, used for every message and any model.
package struct AlignmentScratch: Sendable {
    /// What was odd about the message scored last; the caller takes them away.
    package private(set) var warnings = WarningList()

    /// Number of the option chosen, by question; -1 where none is.
    private(set) var chosen: [Int32] = []
    /// Whether the choice comes from `answers`, by question.
    private var isFromAnswers: [Bool] = []
    /// A bit for each answered question, so that they are visited in the model's order, whatever order they came in.
    private(set) var answered: [UInt64] = []
    private(set) var answerCount = 0
    /// How many answers show a trait, by trait.
    var traitCounts: [Int32] = []

    package init() {}

    /// Forgets the last message. Allocates only where a model is larger than any before.
    mutating func begin(questions: Int, traits: Int) {
        warnings.removeAll()
        answerCount = 0
        let words = (questions + 63) / 64
        if chosen.count < questions || answered.count < words || traitCounts.count < traits {
            chosen = Array(repeating: -1, count: max(questions, chosen.count))
            isFromAnswers = Array(repeating: false, count: chosen.count)
            answered = Array(repeating: 0, count: max(words, answered.count))
            traitCounts = Array(repeating: 0, count: max(traits, traitCounts.count))
        } else {
            for word in answered.indices { answered[word] = 0 }
            for trait in traitCounts.indices { traitCounts[trait] = 0 }
        }
    }

    /// Puts the warning into words only where it is kept.
    mutating func warn(_ code: Warning.Code, _ warning: () -> Warning) {
        if warnings.isWorthWords(code) { warnings.add(warning()) }
    }

    /// Notes a choice. `answers` wins over `scenario_choices`, then the last over those before.
    @inline(__always)
    mutating func choose(option: Int, of question: Int, isFromAnswers fromAnswers: Bool) {
        let bit: UInt64 = 1 << UInt64(question & 63)
        if answered[question >> 6] & bit == 0 {
            answered[question >> 6] |= bit
            answerCount += 1
        } else if isFromAnswers[question], !fromAnswers {
            return
        }
        chosen[question] = Int32(option)
        isFromAnswers[question] = fromAnswers
    }

    func isAnswered(_ question: Int) -> Bool { answered[question >> 6] & 1 << UInt64(question & 63) != 0 }
}
