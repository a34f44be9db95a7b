import Alignment
import Events
import Testing

/// Which entries are answers, and what is said of the others.
struct CountedAnswerTests {
    let model: AlignmentModel

    init() throws { model = try ProjectFile.model("och-tier0") }

    private func top(_ sheet: AnswerSheet) -> String? { sheet.score(model)?.topTrackName }

    @Test func `answers win over scenario choices, whichever come first`() {
        let before = AnswerSheet()
        before.add("scenario_5", "A")
        before.add("scenario_5", "E", isFromAnswers: false)
        #expect(top(before) == "defender")
        let after = AnswerSheet()
        after.add("scenario_5", "E", isFromAnswers: false)
        after.add("scenario_5", "A")
        #expect(top(after) == "defender")
        #expect(after.score(model)?.answers == 1)
    }

    @Test(arguments: [true, false])
    func `within one array the last answer counts`(isFromAnswers: Bool) {
        let sheet = AnswerSheet()
        for option in ["A", "B", "E"] { sheet.add("scenario_5", option, isFromAnswers: isFromAnswers) }
        #expect(top(sheet) == "grc")
        #expect(sheet.score(model)?.answers == 1)
    }

    @Test func `an unknown option does not displace a scenario choice`() {
        let sheet = AnswerSheet()
        sheet.add("scenario_5", "E", isFromAnswers: false)
        sheet.add("scenario_5", "Z")
        #expect(top(sheet) == "grc")
        #expect(sheet.warnings.map(\.code) == [.unknownOption])
    }

    @Test func `the key stands in where the id is not in the model`() {
        let sheet = AnswerSheet()
        sheet.add("4711", key: "scenario_5", "A")
        sheet.add(nil, key: "scenario_6", "A")
        #expect(sheet.score(model)?.answers == 2)
        #expect(sheet.warnings.isEmpty)
    }

    @Test func `an integer id is found by its decimal text`() throws {
        let numbered = try AlignmentModel.load(
            json: """
                {"model":"m","version":"1","tracks":["a","b"],"category_weights":{"c":1},"full_evidence_answers":1,
                 "questions":{"12":{"category":"c","options":{"3":{"a":1}}},"2":{"category":"c","options":{"3":{"b":1}}}}}
                """.utf8, named: "m")
        #expect(AnswerSheet([("12", "3")]).score(numbered)?.percentages.array == [100, 0])
        #expect(AnswerSheet([("2", "3")]).score(numbered)?.percentages.array == [0, 100])
    }

    @Test func `an unknown question is a warning at its place`() {
        let sheet = AnswerSheet([("scenario_5", "A"), ("scenario_6", "A"), ("scenario_7", "A")])
        sheet.add("scenario_99", "A")
        sheet.add(nil, key: "riddle", "A", isFromAnswers: false)
        sheet.add("9", key: "x", "A", isFromAnswers: false)
        #expect(sheet.score(model)?.answers == 3)
        #expect(
            sheet.warnings == [
                Warning(
                    .unknownQuestion, at: "/answers/3/question_id",
                    "\"scenario_99\" is not a question of the model och-tier0"),
                Warning(
                    .unknownQuestion, at: "/scenario_choices/0/question_key",
                    "\"riddle\" is not a question of the model och-tier0"),
                Warning(
                    .unknownQuestion, at: "/scenario_choices/1/question_id",
                    "neither \"9\" nor \"x\" is a question of the model och-tier0"),
            ])
    }

    @Test func `an unknown option is a warning that names the near miss`() {
        let sheet = AnswerSheet([("tech_exposure_1", "E"), ("scenario_1", "a")])
        #expect(sheet.score(model) == nil)
        #expect(
            sheet.warnings == [
                Warning(.unknownOption, at: "/answers/0/selected_option", "\"E\" is not one of A, B, C, D"),
                Warning(
                    .unknownOption, at: "/answers/1/selected_option",
                    "\"a\" is not one of A, B, C, D, E; did you mean A?"),
            ])
    }

    @Test func `without answers there is no alignment, whatever the scores say, when the model weighs answers only`() {
        let sheet = AnswerSheet(features: ProfileFeatures(aptitudeScore: 90, workStyle: .balanced))
        #expect(sheet.score(model) == nil)
        #expect(sheet.explain(model) == nil)
    }

    @Test func `equal tracks stand in the order of the model`() throws {
        let result = try #require(AnswerSheet([("tech_exposure_10", "C")]).score(model, .reference))
        #expect(Set(result.percentages.array).count == 1)
        #expect(result.topTrackName == "defender" && result.runnerUpName == "offensive" && result.margin == 0)
    }

    @Test(arguments: [(1, 1.0 / 12), (6, 0.5), (12, 1), (13, 1)])
    func `the share of evidence grows with the answers up to one`(count: Int, share: Double) throws {
        let names = (1...10).map { "scenario_\($0)" } + (1...3).map { "identity_\($0)" }
        let result = try #require(AnswerSheet(names.prefix(count).map { ($0, "A") }).score(model))
        #expect(result.share == share)
    }
}
