import Alignment
import Events
import Testing

/// Evidence beyond answers: scores, work style and difficulty.
struct ProfileTests {
    let model: AlignmentModel

    init() throws {
        model = try AlignmentModel.load(
            json: """
                {"model":"m","version":"1","tracks":["x","y"],"category_weights":{"c":1},"full_evidence_answers":4,
                 "profile":{"tracks":{
                   "x":{"aptitude":3,"technical_exposure":1,"work_style.balanced":4,"difficulty.elite":2},
                   "y":{"difficulty.novice":1}}},
                 "questions":{"q":{"category":"c","options":{"A":{"x":2},"B":{"x":1,"y":1}}}}}
                """.utf8, named: "m")
    }

    @Test func `features that are absent leave their weight to the others`() throws {
        let sheet = AnswerSheet(features: ProfileFeatures(aptitudeScore: 80, technicalExposureScore: 40))
        #expect(sheet.score(model)?.percentages.array == [100 * (3 * 0.8 + 1 * 0.4) / 4, 0])
        sheet.features.technicalExposureScore = nil
        let alone = try #require(sheet.score(model))
        #expect(abs(alone.percentages[0] - 80) < 1e-12 && alone.percentages[1] == 0)
    }

    @Test func `another cluster or level counts as nought, an absent one not at all`() {
        let sheet = AnswerSheet(features: ProfileFeatures(aptitudeScore: 100, workStyle: .balanced))
        #expect(sheet.score(model)?.percentages.array == [100, 0])
        sheet.features.workStyle = .independent
        #expect(sheet.score(model)?.percentages.array == [100 * 3.0 / 7, 0])
        sheet.features = ProfileFeatures(difficulty: .novice)
        #expect(sheet.score(model)?.percentages.array == [0, 100])
    }

    @Test func `answers take over by their share of the evidence`() throws {
        let sheet = AnswerSheet([("q", "B")], features: ProfileFeatures(aptitudeScore: 90, difficulty: .novice))
        let result = try #require(sheet.score(model))
        #expect(result.share == 0.25)
        let profile = 100 * (3 * 0.9) / 5
        #expect(abs(result.percentages[0] - (0.25 * 50 + 0.75 * profile)) < 1e-12)
        #expect(result.percentages[1] == 100)
    }

    @Test func `features alone are evidence, with a share of nought`() throws {
        let result = try #require(AnswerSheet(features: ProfileFeatures(difficulty: .elite)).score(model))
        #expect(result.share == 0 && result.answers == 0 && result.percentages.array == [100, 0])
    }

    @Test func `without a feature the answers decide alone`() {
        #expect(AnswerSheet([("q", "B")]).score(model)?.percentages.array == [50, 100])
    }

    @Test func `with neither answers nor features there is no alignment`() {
        #expect(AnswerSheet().score(model) == nil)
        #expect(AnswerSheet([("riddle", "A")]).score(model) == nil)
    }

    @Test func `full evidence silences the delivered profile`() throws {
        let answers = try GoldenCase.all()[1].answers
        let features = ProfileFeatures(
            aptitudeScore: 3, technicalExposureScore: 99, workStyle: .independent, difficulty: .elite)
        let plain = try #require(AnswerSheet(answers).score(try ProjectFile.model("och-tier0")))
        let weighed = try #require(
            AnswerSheet(answers, features: features).score(try ProjectFile.model("och-tier0-profile")))
        #expect(weighed.percentages.array == plain.percentages.array)
    }

    @Test(arguments: 0..<UInt64(40))
    func `percentages stay within 0 and 100 with any features`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let delivered = try ProjectFile.model("och-tier0-profile")
        let golden = try #require(try GoldenCase.all().randomElement(using: &random))
        let sheet = AnswerSheet(
            Array(golden.answers.prefix(.random(in: 0...12, using: &random))),
            features: ProfileFeatures(
                aptitudeScore: Bool.random(using: &random) ? .random(in: 0...100, using: &random) : nil,
                technicalExposureScore: Bool.random(using: &random) ? 100 : 0,
                workStyle: WorkStyleCluster.allCases.randomElement(using: &random),
                difficulty: Difficulty.allCases.randomElement(using: &random)))
        let result = try #require(sheet.score(delivered))
        #expect(result.percentages.array.allSatisfy { (0...100).contains($0) })
    }
}
