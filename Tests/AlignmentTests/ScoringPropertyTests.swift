import Alignment
import JSON
import Testing

struct ScoringPropertyTests {
    static let seeds: Range<UInt64> = 0..<40

    @Test(arguments: seeds)
    func `the compiled tables say what the plain formula says`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let model = RandomModel(&random)
        let loaded = try model.load()
        let json = try JSONReader.read(model.json.utf8)
        for normalisation in Normalisation.allCases {
            let answers = RandomModel.named(model.answers(&random))
            let naive = NaiveScore(json, answers, normalisation)
            let result = try #require(AnswerSheet(answers).score(loaded, normalisation))
            for (place, track) in loaded.tracks.enumerated() {
                #expect(abs(result.percentages[place] - (naive.answered[track] ?? -1)) < 1e-9, "\(track)")
            }
        }
    }

    @Test(arguments: seeds)
    func `percentages stay within 0 and 100 and the top track is the highest`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let model = RandomModel(&random)
        let loaded = try model.load()
        for normalisation in Normalisation.allCases {
            let sheet = AnswerSheet(RandomModel.named(model.answers(&random)))
            let result = try #require(sheet.score(loaded, normalisation))
            let percentages = result.percentages.array
            #expect(percentages.allSatisfy { (0...100).contains($0) })
            #expect(percentages[result.topTrack] == percentages.max())
            #expect(percentages.firstIndex(of: percentages.max() ?? 0) == result.topTrack)
            #expect(result.topTrack != result.runnerUp && result.margin >= 0)
            #expect((0...1).contains(result.share))
        }
    }

    @Test(arguments: seeds)
    func `a perfect set of answers for a track gives it exactly 100`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let model = RandomModel(&random)
        let loaded = try model.load()
        for track in loaded.tracks.indices {
            let perfect = model.answers(&random).map { answer in
                let points = model.questions[answer.question].points.map { $0[track] }
                return (question: answer.question, option: points.firstIndex(of: points.max() ?? 0) ?? 0)
            }
            let hasPoints = perfect.contains { model.questions[$0.question].points[$0.option][track] > 0 }
            let result = try #require(AnswerSheet(RandomModel.named(perfect)).score(loaded))
            if hasPoints { #expect(result.percentages[track] == 100) }
        }
    }

    @Test(arguments: seeds)
    func `more points for a track on a chosen option never lower that track`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let model = RandomModel(&random)
        let answers = model.answers(&random)
        let chosen = try #require(answers.randomElement(using: &random))
        let track = Int.random(in: model.tracks.indices, using: &random)
        var generous = model
        generous.questions[chosen.question].points[chosen.option][track] += Double.random(in: 0.25...5, using: &random)
        for normalisation in Normalisation.allCases {
            let sheet = AnswerSheet(RandomModel.named(answers))
            let before = try #require(sheet.score(try model.load(), normalisation)).percentages[track]
            let after = try #require(sheet.score(try generous.load(), normalisation)).percentages[track]
            #expect(after >= before - 1e-9)
        }
    }

    @Test(arguments: seeds)
    func `the order of the answers does not matter, to the last bit`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let model = RandomModel(&random)
        let loaded = try model.load()
        let answers = RandomModel.named(model.answers(&random))
        let first = try #require(AnswerSheet(answers).score(loaded)).percentages.array
        for _ in 0..<5 {
            let other = try #require(AnswerSheet(answers.shuffled(using: &random)).score(loaded))
            #expect(other.percentages.array == first)
        }
    }

    @Test(arguments: seeds)
    func `an answer given twice counts once`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let model = RandomModel(&random)
        let loaded = try model.load()
        let answers = RandomModel.named(model.answers(&random))
        let once = try #require(AnswerSheet(answers).score(loaded))
        let twice = try #require(AnswerSheet(answers + answers.shuffled(using: &random)).score(loaded))
        #expect(twice.answers == once.answers)
        #expect(twice.percentages.array == once.percentages.array)
    }

    @Test func `one scratch serves models of different size in turn`() throws {
        var random = SeededRandom(seed: 7)
        var scratch = AlignmentScratch()
        for _ in 0..<60 {
            let model = RandomModel(&random)
            let loaded = try model.load()
            let sheet = AnswerSheet(RandomModel.named(model.answers(&random)))
            let reused = Scorer(model: loaded)
                .score(answers: sheet.answers[...], bytes: sheet.bytes, features: sheet.features, into: &scratch)
            #expect(reused?.percentages.array == sheet.score(loaded)?.percentages.array)
            #expect(reused?.answers == sheet.answers.count)
        }
    }
}
