import Alignment
import JSON

/// A small model made by chance, from a seed, that can be changed and written as a model file.
struct RandomModel {
    struct Question {
        var category: String
        /// By option (`A`, `B`, …), then track.
        var points: [[Double]]
        /// Options that show the trait `care`.
        var care: [Int]
    }

    var tracks: [String]
    var weights: [Double]
    var questions: [Question] = []
    var traitWeights: [Double]
    static let letters = ["A", "B", "C", "D", "E"]

    init(_ random: inout SeededRandom) {
        tracks = ["north", "east", "south", "west", "up"].prefix(.random(in: 2...5, using: &random)).map { $0 }
        weights = (0..<3).map { _ in Double(Int.random(in: 1...20, using: &random)) / 10 }
        traitWeights = tracks.map { _ in Double(Int.random(in: 0...10, using: &random)) / 10 }
        for _ in 0..<Int.random(in: 1...70, using: &random) {
            let options = Int.random(in: 1...5, using: &random)
            questions.append(
                Question(
                    category: "c\(Int.random(in: 0..<3, using: &random))",
                    points: (0..<options).map { _ in
                        tracks.map { _ in Double(Int.random(in: 0...12, using: &random)) / 4 }
                    },
                    care: (0..<options).filter { _ in Int.random(in: 0...4, using: &random) == 0 }))
        }
        questions[0].care = [0]
    }

    /// Some of the questions, each with one of its options.
    func answers(_ random: inout SeededRandom) -> [(question: Int, option: Int)] {
        questions.indices.shuffled(using: &random).prefix(.random(in: 1...questions.count, using: &random)).map {
            ($0, .random(in: 0..<questions[$0].points.count, using: &random))
        }
    }

    var json: String {
        var json = JSONText()
        json.object { json in
            json.member("model", "random")
            json.member("version", "1")
            json.array("tracks") { json in for track in tracks { json.string(track) } }
            json.object("category_weights") { json in
                for (place, weight) in weights.enumerated() { json.member("c\(place)", weight) }
            }
            json.member("full_evidence_answers", 12)
            json.object("traits") { json in
                json.member("max_points", 15)
                json.member("answers_per_unit", 10)
                json.object("tracks") { json in
                    for (place, track) in tracks.enumerated() {
                        json.object(track) { json in json.member("care", traitWeights[place]) }
                    }
                }
            }
            json.object("questions") { json in
                for place in questions.indices { write(place, &json) }
            }
        }
        return json.text
    }

    private func write(_ place: Int, _ json: inout JSONText) {
        let question = questions[place]
        json.object("q\(place)") { json in
            json.member("category", question.category)
            json.object("options") { json in
                for (option, points) in question.points.enumerated() {
                    json.object(Self.letters[option]) { json in
                        for (track, value) in zip(tracks, points) { json.member(track, value) }
                    }
                }
            }
            json.object("traits") { json in
                json.array("care") { json in for option in question.care { json.string(Self.letters[option]) } }
            }
        }
    }

    func load() throws -> AlignmentModel { try AlignmentModel.load(json: json.utf8, named: "random") }

    static func named(_ answers: [(question: Int, option: Int)]) -> [(question: String, option: String)] {
        answers.map { ("q\($0.question)", letters[$0.option]) }
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
