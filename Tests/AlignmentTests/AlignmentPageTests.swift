import Alignment
import Events
import JSON
import Testing

/// What the page Alignment says in numbers is computed again, from the model's file.
struct AlignmentPageTests {
    let page: String
    let file: JSONValue
    let model: AlignmentModel
    let answers = [("identity_4", "C"), ("aptitude_8", "B"), ("tech_exposure_1", "B")]

    init() throws {
        page = String(
            decoding: try ProjectFile.bytes("Sources/alidade/Documentation.docc/Alignment.md"), as: UTF8.self)
        file = try JSONReader.read(try ProjectFile.bytes("config/alignment/och-tier0.json"))
        model = try ProjectFile.model("och-tier0")
    }

    private func expectRow(_ cells: [String]) {
        let row = "\n| \(cells.joined(separator: " | ")) |\n"
        #expect(page.contains(row), "the page has no row \(row)")
    }

    private func shown(_ number: Double) -> String { PublishedNumber(number).description }

    @Test func `the points of the example are those of the model`() throws {
        for (name, option) in answers {
            let question = try #require(file["questions"]?[name])
            let options = try #require(question["options"])
            let category = try #require(question["category"]?.text)
            let weight = try #require(file["category_weights"]?[category]?.number)
            let cells = model.tracks.map { track in
                let most = options.names.map { options[$0]?[track]?.number ?? 0 }.max() ?? 0
                return "\(Int(options[option]?[track]?.number ?? 0)) of \(Int(most))"
            }
            expectRow([name, option, "\(weight)"] + cells)
        }
    }

    @Test func `the table of the example is what the model computes`() throws {
        let naive = NaiveScore(file, answers, .achievable)
        let explanation = try #require(AnswerSheet(answers).explain(model))
        for track in explanation.tracks {
            expectRow([
                track.name, shown(naive.raw[track.name] ?? 0), shown(naive.best[track.name] ?? 0), shown(track.base),
                shown(track.answered - track.base), shown(track.answered),
            ])
        }
        let result = explanation.result
        #expect(
            page.contains(
                "The top track is *\(result.topTrackName)*, the runner-up *\(result.runnerUpName)*, the margin "
                    + "\(shown(result.margin)) points."))
    }

    @Test func `a perfect set of answers reaches about a fifth under reference`() throws {
        for (place, track) in model.tracks.enumerated() {
            let perfect = (file["questions"]?.names ?? []).map { name in
                let options = file["questions"]?[name]?["options"]
                let best = options?.names.max { left, right in
                    (options?[left]?[track]?.number ?? 0) < (options?[right]?[track]?.number ?? 0)
                }
                return (name, best ?? "")
            }
            #expect(perfect.count == 50)
            let reference = try #require(AnswerSheet(perfect).explain(model, .reference)).tracks[place]
            let achievable = try #require(AnswerSheet(perfect).explain(model)).tracks[place]
            #expect((20...21).contains(reference.base))
            expectRow([track, shown(reference.base), shown(achievable.base)])
        }
        let reference = NaiveScore(file, [("identity_1", "A")], .reference).reference
        #expect(page.contains("one answer counts \((reference * 1000).rounded() / 1000) points"))
    }

    @Test func `the example of a profile is what the second model computes`() throws {
        let features = ProfileFeatures(aptitudeScore: 80, technicalExposureScore: 60, workStyle: .independent)
        let explanation = try #require(
            AnswerSheet(answers, features: features).explain(try ProjectFile.model("och-tier0-profile")))
        let offensive = explanation.tracks[1]
        #expect(explanation.result.share == 0.25)
        #expect(page.contains("= \((try #require(offensive.profile) * 100).rounded() / 100), and the alignment"))
        #expect(
            page.contains(
                "\n0.25 × \((offensive.answered * 100).rounded() / 100) + 0.75 × 76.25 = "
                    + "\(shown(explanation.result.percentages[1]))."))
    }

    @Test func `the error that the page shows is the one that is thrown`() throws {
        let json = String(decoding: try ProjectFile.bytes("config/alignment/och-tier0.json"), as: UTF8.self)
        let old = #""scenario_3":{"category":"scenario_preference""#
        let broken = json.replacing(old, with: old.replacing("preference", with: "prefrence"))
        let error = try #require(throws: ModelError.self) {
            try AlignmentModel.load(json: broken.utf8, named: "och-tier0")
        }
        let words = page.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("\(error)"))
    }
}
