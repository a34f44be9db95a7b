import Alignment
import JSON
import Testing

/// A model file is checked as a whole before it is used, and the first thing wrong is named with its place.
struct ModelFileTests {
    static let valid = """
        {"model":"small","version":"2","tracks":["red","blue"],"category_weights":{"taste":1,"style":0.5},
        "full_evidence_answers":4,
        "traits":{"max_points":10,"answers_per_unit":5,"tracks":{"red":{"warmth":0.5},"blue":{"calm":1}}},
        "profile":{"tracks":{"red":{"aptitude":0.5,"work_style.balanced":0.5},"blue":{"difficulty.elite":1}}},
        "questions":{"q1":{"category":"taste","options":{"A":{"red":3},"B":{"blue":2}},"traits":{"warmth":["A"]}},
        "q2":{"category":"style","options":{"A":{"red":1,"blue":1}},"traits":{"calm":["A"]}}}}
        """

    struct Mistake: CustomTestStringConvertible, Sendable {
        let old: String
        let new: String
        let pointer: String
        let detail: String

        init(_ old: String, _ new: String, at pointer: String, _ detail: String) {
            (self.old, self.new, self.pointer, self.detail) = (old, new, pointer, detail)
        }

        var testDescription: String { "\(old) → \(new)" }
    }

    static let mistakes: [Mistake] = [
        Mistake(
            #""A":{"red":3}"#, #""A":{"rad":3}"#, at: "/questions/q1/options/A/rad",
            "\"rad\" is not one of red, blue; did you mean red?"),
        Mistake(
            #""category":"taste""#, #""category":"tatse""#, at: "/questions/q1/category",
            "\"tatse\" is not one of taste, style; did you mean taste?"),
        Mistake(#""A":{"red":3}"#, #""A":{}"#, at: "/questions/q1/options/A", "the option has no points for any track"),
        Mistake(#""taste":1"#, #""taste":"heavy""#, at: "/category_weights/taste", "\"heavy\" is not a number"),
        Mistake(#""taste":1"#, #""taste":-1"#, at: "/category_weights/taste", "-1.0 is not between 0.0 and 1000.0"),
        Mistake(#""warmth":0.5"#, #""warmth":true"#, at: "/traits/tracks/red/warmth", "true is not a number"),
        Mistake(
            #""warmth":0.5"#, #""warmth":0.5,"charm":0.2"#, at: "/traits/tracks/red/charm",
            "no question lists the trait \"charm\"; did you mean calm?"),
        Mistake(
            #"{"warmth":["A"]}"#, #"{"wormth":["A"]}"#, at: "/questions/q1/traits/wormth",
            "\"wormth\" is not one of warmth, calm; did you mean warmth?"),
        Mistake(
            #"{"warmth":["A"]}"#, #"{"warmth":["C"]}"#, at: "/questions/q1/traits/warmth/0", "\"C\" is not one of A, B"),
        Mistake(
            #"{"warmth":["A"]}"#, #"{"warmth":["A","A"]}"#, at: "/questions/q1/traits/warmth/1", "\"A\" is there twice"),
        Mistake(
            #"{"red":{"warmth""#, #"{"green":{"warmth""#, at: "/traits/tracks/green",
            "\"green\" is not one of red, blue"),
        Mistake(#""version":"2","#, "", at: "/version", "\"version\" is missing"),
        Mistake(#""max_points":10,"#, "", at: "/traits/max_points", "\"max_points\" is missing"),
        Mistake(#""category":"taste","#, "", at: "/questions/q1/category", "\"category\" is missing"),
        Mistake(
            #""model""#, #""modle""#, at: "/modle",
            "\"modle\" is not one of model, version, tracks, category_weights, full_evidence_answers, questions, "
                + "description, traits, profile; did you mean model?"),
        Mistake(
            #""options":{"A":{"red":1"#, #""option":{"A":{"red":1"#, at: "/questions/q2/option",
            "\"option\" is not one of category, options, traits; did you mean options?"),
        Mistake(#""version":"2""#, #""version":2"#, at: "/version", "2.0 is not a string"),
        Mistake(
            #""full_evidence_answers":4"#, #""full_evidence_answers":0"#, at: "/full_evidence_answers",
            "0.0 is not between 1.0 and 1000.0"),
        Mistake(#"["red","blue"]"#, #"["red","red"]"#, at: "/tracks/1", "\"red\" is there twice"),
        Mistake(#"["red","blue"]"#, #"["red"]"#, at: "/tracks", "a model has 2 to 16 tracks, not 1"),
        Mistake(
            #"difficulty.elite"#, #"difficulty.elit"#, at: "/profile/tracks/blue/difficulty.elit",
            "\"difficulty.elit\" is not one of aptitude, technical_exposure, work_style.collaborative, "
                + "work_style.independent, work_style.balanced, difficulty.novice, difficulty.beginner, "
                + "difficulty.intermediate, difficulty.advanced, difficulty.elite; did you mean difficulty.elite?"),
        Mistake(
            #""blue":{"difficulty.elite":1}"#, #""blue":{"difficulty.elite":0}"#, at: "/profile/tracks/blue",
            "the profile gives no weight to anything for this track"),
        Mistake(
            #""q2":"#, #""q/1":{},"q2":"#, at: "/questions/q~11/category", "\"category\" is missing"),
        Mistake(#""q2":"#, #""q1":"#, at: "/questions/q1", "\"q1\" is there twice"),
    ]

    private func load(_ json: String) throws(ModelError) -> AlignmentModel {
        try AlignmentModel.load(json: json.utf8, named: "small.json")
    }

    @Test func `a valid file is a model`() throws {
        let model = try load(Self.valid)
        #expect(model.name == "small" && model.version == "2" && model.tracks == ["red", "blue"])
        #expect(model.questionCount == 2 && model.weighsProfile)
    }

    @Test(arguments: mistakes)
    func `a mistake is named with its place`(mistake: Mistake) throws {
        let parts = Self.valid.split(separator: mistake.old, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2)
        let error = try #require(throws: ModelError.self) { try load(parts[0] + mistake.new + parts[1]) }
        #expect(error.flaw.pointer == mistake.pointer)
        #expect(error.flaw.detail == mistake.detail)
    }

    @Test func `two models are the same where their content is, whatever the layout and the file's name`() throws {
        let model = try load(Self.valid)
        #expect(model.isSame(as: try AlignmentModel.load(json: ("\n " + Self.valid).utf8, named: "copy.json")))
        for (old, new) in [("\"max_points\":10", "\"max_points\":11"), ("\"red\":3", "\"red\":4"), ("\"2\"", "\"3\"")] {
            #expect(!model.isSame(as: try load(Self.valid.replacing(old, with: new))), "\(old) became \(new)")
        }
    }

    @Test func `the error names the file`() throws {
        let error = try #require(throws: ModelError.self) { try load("[]") }
        #expect("\(error)" == "could not load the alignment model small.json: an array is not an object")
    }

    @Test func `more tracks than a result can hold are refused`() throws {
        let tracks = (0...16).map { "\"t\($0)\"" }.joined(separator: ",")
        let error = try #require(throws: ModelError.self) {
            try load(Self.valid.replacing(#""red","blue""#, with: tracks, maxReplacements: 1))
        }
        #expect(error.flaw.pointer == "/tracks" && error.flaw.detail == "a model has 2 to 16 tracks, not 17")
    }

    @Test(arguments: ["och-tier0", "och-tier0-profile"])
    func `a model that is delivered is loaded under its own name`(name: String) throws {
        let model = try ProjectFile.model(name)
        #expect(model.name == name && model.questionCount == 50)
        #expect(model.tracks == ["defender", "offensive", "grc", "innovation", "leadership"])
    }

    @Test func `the two delivered models ask the same questions with the same points`() throws {
        let plain = try JSONReader.read(try ProjectFile.bytes("config/alignment/och-tier0.json"))
        let profile = try JSONReader.read(try ProjectFile.bytes("config/alignment/och-tier0-profile.json"))
        for member in ["tracks", "category_weights", "full_evidence_answers", "traits", "questions"] {
            #expect("\(try #require(plain[member]))" == "\(try #require(profile[member]))")
        }
        #expect(plain["profile"] == nil)
    }

    @Test func `the delivered profile weighs every track alike`() throws {
        let file = try JSONReader.read(try ProjectFile.bytes("config/alignment/och-tier0-profile.json"))
        let tracks = try #require(file["profile"]?["tracks"])
        for track in tracks.names {
            let features = try #require(tracks[track])
            func sum(_ prefix: String) -> Double {
                features.names.filter { $0.hasPrefix(prefix) }.reduce(0) { $0 + (features[$1]?.number ?? 0) }
            }
            #expect(abs(sum("") - 1) < 1e-9)
            #expect(abs(sum("aptitude") + sum("technical_exposure") - 0.6) < 1e-9)
            #expect(abs(sum("work_style.") - 0.2) < 1e-9 && abs(sum("difficulty.") - 0.2) < 1e-9)
        }
    }

    @Test(arguments: 0..<UInt64(200))
    func `a damaged model file is refused or read, never a crash`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var bytes = Array(Self.valid.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0...2, using: &random) {
            case 0: bytes[place] = .random(in: 0...127, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.removeSubrange(place..<min(place + 40, bytes.count))
            }
            if bytes.isEmpty { bytes = [0x20] }
        }
        do {
            let model = try AlignmentModel.load(json: bytes, named: "damaged")
            #expect((2...16).contains(model.tracks.count))
        } catch {
            #expect(!error.flaw.detail.isEmpty)
        }
    }
}
