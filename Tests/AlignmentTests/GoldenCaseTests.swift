import Alignment
import JSON
import Testing

struct GoldenCase: CustomTestStringConvertible, Sendable {
    let number: Int
    let value: JSONValue

    var testDescription: String { "case \(number)" }
    var answers: [(String, String)] { value["answers"]?.list.map { ($0.list[0].text, $0.list[1].text) } ?? [] }

    static func all() throws -> [GoldenCase] {
        let file = try JSONReader.read(try ProjectFile.bytes("Tests/AlignmentTests/Golden/golden-cases.json"))
        return file.list.enumerated().map { GoldenCase(number: $0, value: $1) }
    }
}

struct GoldenCaseTests {
    @Test func `there are forty golden cases`() throws {
        #expect(try GoldenCase.all().count == 40)
    }

    @Test(arguments: try GoldenCase.all(), Normalisation.allCases)
    func `a golden case is met within a ten-thousandth`(golden: GoldenCase, normalisation: Normalisation) throws {
        let model = try ProjectFile.model("och-tier0")
        let sheet = AnswerSheet(golden.answers)
        let expected = try #require(golden.value[normalisation.rawValue])
        let explanation = try #require(sheet.explain(model, normalisation))
        let result = try #require(sheet.score(model, normalisation))
        #expect(sheet.warnings.isEmpty)
        #expect(result.answers == golden.answers.count)
        for (place, track) in model.tracks.enumerated() {
            let base = try #require(expected["base"]?[track]?.number)
            let adjusted = try #require(expected["adjusted"]?[track]?.number)
            #expect(abs(explanation.tracks[place].base - base) < 0.0001, "base of \(track)")
            #expect(abs(explanation.tracks[place].answered - adjusted) < 0.0001, "adjusted \(track)")
            #expect(abs(result.percentages[place] - adjusted) < 0.0001, "\(track)")
        }
    }
}
