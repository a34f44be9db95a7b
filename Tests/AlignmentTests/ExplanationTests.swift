import Alignment
internal import Events
import JSON
import Testing

struct ExplanationTests {
    private func check(_ sheet: AnswerSheet, _ model: AlignmentModel, _ normalisation: Normalisation) throws {
        let result = try #require(sheet.score(model, normalisation))
        let explanation = try #require(sheet.explain(model, normalisation))
        for (place, track) in explanation.tracks.enumerated() {
            #expect(abs(track.sum - result.percentages[place]) < 1e-9, "\(track.name)")
            #expect(explanation.result.percentages[place] == result.percentages[place])
        }
    }

    @Test(arguments: try GoldenCase.all(), Normalisation.allCases)
    func `contributions add up to the result`(golden: GoldenCase, normalisation: Normalisation) throws {
        let features = ProfileFeatures(
            aptitudeScore: 71, technicalExposureScore: 38, workStyle: .independent, difficulty: .advanced)
        for name in ["och-tier0", "och-tier0-profile"] {
            let model = try ProjectFile.model(name)
            try check(AnswerSheet(golden.answers), model, normalisation)
            try check(AnswerSheet(golden.answers, features: features), model, normalisation)
            try check(AnswerSheet(Array(golden.answers.prefix(3)), features: features), model, normalisation)
        }
    }

    @Test(arguments: 0..<UInt64(40))
    func `contributions add up to the result for any model`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let model = RandomModel(&random)
        for normalisation in Normalisation.allCases {
            try check(AnswerSheet(RandomModel.named(model.answers(&random))), try model.load(), normalisation)
        }
    }

    @Test func `what the limit takes away has a line of its own`() throws {
        let sheet = AnswerSheet([("tech_exposure_5", "B")])
        let defender = try #require(sheet.explain(try ProjectFile.model("och-tier0"))?.tracks.first)
        #expect(defender.contributions.map(\.kind) == [.category, .trait, .clamp])
        #expect(defender.contributions.map(\.name) == ["technical_exposure", "risk_sensitivity", "0-100"])
        #expect(defender.contributions.map { PublishedNumber($0.points).description } == ["100.0", "4.5", "-4.5"])
        #expect(defender.contributions[0].detail == "1 answer: 1.2 of 1.2 points")
        #expect(defender.contributions[1].detail == "strength 100.0 % of 4.5 points")
    }

    @Test func `a profile is explained feature by feature`() throws {
        let sheet = AnswerSheet(features: ProfileFeatures(aptitudeScore: 80, workStyle: .balanced))
        let defender = try #require(sheet.explain(try ProjectFile.model("och-tier0-profile"))?.tracks.first)
        #expect(defender.contributions.map(\.name) == ["aptitude", "work_style.balanced"])
        #expect(defender.contributions.map { PublishedNumber($0.points).description } == ["48.0", "40.0"])
        #expect(defender.contributions[0].detail == "80.0 % at a weight of 60.0 %")
    }

    @Test func `the published document names tracks and rounds`() throws {
        let sheet = AnswerSheet([("scenario_5", "A")])
        let model = try ProjectFile.model("och-tier0")
        var json = JSONText()
        let result = try #require(sheet.score(model))
        json.object { json in result.write(to: &json) }
        #expect(
            json.text == #"{"model":"och-tier0","version":"1","percentages":{"defender":100.0,"offensive":0.0,"#
                + #""grc":33.3,"innovation":0.0,"leadership":0.0},"top_track":"defender","runner_up":"grc","#
                + #""margin":66.7,"answers":1,"share":0.1}"#)
    }

    @Test func `the published explanation holds every contribution`() throws {
        let sheet = AnswerSheet([("scenario_5", "A")])
        var json = JSONText()
        let explanation = try #require(sheet.explain(try ProjectFile.model("och-tier0")))
        json.object { json in explanation.write(to: &json) }
        let read = try JSONReader.read(json.text.utf8)
        #expect(read["top_track"]?.text == "defender")
        let line = try #require(read["contributions"]?["grc"]?.list.first)
        #expect(line["kind"]?.text == "category" && line["name"]?.text == "scenario_preference")
        #expect(line["points"]?.number == 33.3 && line["detail"]?.text == "1 answer: 1.2 of 3.6 points")
    }
}
