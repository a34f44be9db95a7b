internal import Spelling

import Events
import JSON

/// Turns the JSON of a model file into a ``ModelDescription``, or names the first place that is wrong and why.
struct ModelReader {
    static let trackLimit = TrackValues.capacity
    private static let questionLimit = 4096
    private static let optionLimit = 64
    private static let weightRange = 0.0...1000.0

    private var model = ModelDescription()

    static func read(_ file: JSONValue) throws(JSONError) -> ModelDescription {
        var reader = ModelReader()
        let fields = try file.fields(
            ["model", "version", "tracks", "category_weights", "full_evidence_answers", "questions"],
            optional: ["description", "traits", "profile"])
        // Every required field is there: `fields` has checked it.
        guard let name = fields["model"], let version = fields["version"], let tracks = fields["tracks"],
            let weights = fields["category_weights"], let evidence = fields["full_evidence_answers"],
            let questions = fields["questions"]
        else { throw JSONError("", "a required member is missing") }
        reader.model.name = try name.name()
        reader.model.version = try version.name()
        try reader.readTracks(tracks)
        try reader.readCategories(weights)
        reader.model.fullEvidenceAnswers = try evidence.number(in: 1...1000)
        if let traits = fields["traits"] { try reader.readTraits(traits) }
        try reader.readQuestions(questions)
        if let traits = fields["traits"] { try reader.checkTraitsAreMeasured(traits) }
        if let profile = fields["profile"] { try reader.readProfile(profile) }
        return reader.model
    }

    private mutating func readTracks(_ value: JSONValue) throws(JSONError) {
        for element in try value.elements() {
            let name = try element.name()
            guard !model.tracks.containsBytes(of: name) else {
                throw JSONError(element.pointer, "\(quoted(name)) is there twice")
            }
            model.tracks.append(name)
        }
        guard (2...Self.trackLimit).contains(model.tracks.count) else {
            throw JSONError(value.pointer, "a model has 2 to \(Self.trackLimit) tracks, not \(model.tracks.count)")
        }
    }

    private mutating func readCategories(_ value: JSONValue) throws(JSONError) {
        for (name, weight) in try value.members() {
            try JSONError.checkName(name, at: weight.pointer)
            model.categories.append(name)
            model.categoryWeights.append(try weight.number(in: Self.weightRange))
        }
        guard !model.categories.isEmpty else { throw JSONError(value.pointer, "a model has at least one category") }
    }

    private mutating func readTraits(_ value: JSONValue) throws(JSONError) {
        let fields = try value.fields(["max_points", "answers_per_unit", "tracks"])
        model.traits.maxPoints = try fields["max_points"]?.number(in: 0...100) ?? 0
        model.traits.answersPerUnit = try fields["answers_per_unit"]?.number(in: 1...1000) ?? 1
        for (trackName, weights) in try fields["tracks"]?.members() ?? [] {
            let track = try place(of: trackName, in: model.tracks, at: weights.pointer)
            for (name, weight) in try weights.members() {
                try JSONError.checkName(name, at: weight.pointer)
                if !model.traits.names.containsBytes(of: name) {
                    model.traits.names.append(name)
                    model.traits.weights.append(Array(repeating: 0, count: model.tracks.count))
                }
                let trait = try place(of: name, in: model.traits.names, at: weight.pointer)
                model.traits.weights[trait][track] = try weight.number(in: Self.weightRange)
            }
        }
    }

    private mutating func readQuestions(_ value: JSONValue) throws(JSONError) {
        for (name, question) in try value.members() {
            try JSONError.checkName(name, at: question.pointer)
            model.questions.append(try self.question(name, question))
        }
        guard (1...Self.questionLimit).contains(model.questions.count) else {
            throw JSONError(
                value.pointer, "a model has 1 to \(Self.questionLimit) questions, not \(model.questions.count)")
        }
    }

    private func question(_ name: String, _ value: JSONValue) throws(JSONError) -> ModelDescription.Question {
        let fields = try value.fields(["category", "options"], optional: ["traits"])
        guard let category = fields["category"], let options = fields["options"] else {
            throw JSONError(value.pointer, "a required member is missing")
        }
        var question = ModelDescription.Question(
            name: name, category: try place(of: try category.name(), in: model.categories, at: category.pointer),
            options: [])
        for (optionName, points) in try options.members() {
            try JSONError.checkName(optionName, at: points.pointer)
            question.options.append(ModelDescription.Option(name: optionName, points: try trackValues(points)))
        }
        guard (1...Self.optionLimit).contains(question.options.count) else {
            throw JSONError(
                options.pointer, "a question has 1 to \(Self.optionLimit) options, not \(question.options.count)")
        }
        try readTraits(of: &question, fields["traits"])
        return question
    }

    private func readTraits(
        of question: inout ModelDescription.Question, _ value: JSONValue?
    ) throws(JSONError) {
        let optionNames = question.options.map(\.name)
        for (name, options) in try value?.members() ?? [] {
            guard !model.traits.names.isEmpty else {
                throw JSONError(options.pointer, "\(quoted(name)) is a trait, but no track of the model weighs traits")
            }
            let trait = try place(of: name, in: model.traits.names, at: options.pointer)
            for element in try options.elements() {
                let option = try place(of: try element.name(), in: optionNames, at: element.pointer)
                guard !question.options[option].traits.contains(trait) else {
                    throw JSONError(element.pointer, "\(quoted(optionNames[option])) is there twice")
                }
                question.options[option].traits.append(trait)
            }
        }
    }

    /// A trait that no option shows can never add a point: its weight is a promise that the model cannot keep, or a misspelling.
    private func checkTraitsAreMeasured(_ value: JSONValue) throws(JSONError) {
        let measured = Set(model.questions.lazy.flatMap(\.options).flatMap(\.traits))
        for (_, weights) in try value.fields(["max_points", "answers_per_unit", "tracks"])["tracks"]?.members() ?? [] {
            for (name, weight) in try weights.members() {
                guard let trait = model.traits.names.firstIndex(ofBytes: name), !measured.contains(trait) else {
                    continue
                }
                let others = measured.sorted().map { model.traits.names[$0] }
                let meant = NearMiss.find(name, among: others).map { "; did you mean \($0)?" } ?? ""
                throw JSONError(weight.pointer, "no question lists the trait \(quoted(name))\(meant)")
            }
        }
    }

    private mutating func readProfile(_ value: JSONValue) throws(JSONError) {
        guard let tracks = try value.fields(["tracks"])["tracks"] else { return }
        let features = ProfileFeature.all.map(\.name)
        model.profileWeights = Array(
            repeating: Array(repeating: 0, count: model.tracks.count), count: features.count)
        for (trackName, weights) in try tracks.members() {
            let track = try place(of: trackName, in: model.tracks, at: weights.pointer)
            for (name, weight) in try weights.members() {
                let feature = try place(of: name, in: features, at: weight.pointer)
                model.profileWeights[feature][track] = try weight.number(in: Self.weightRange)
            }
        }
        for (track, name) in model.tracks.enumerated() where model.profileWeights.allSatisfy({ $0[track] == 0 }) {
            throw JSONError(
                JSONValue.pointer(tracks.pointer, name), "the profile gives no weight to anything for this track")
        }
    }

    /// Points by track; a track that is not named has none.
    private func trackValues(_ value: JSONValue) throws(JSONError) -> [Double] {
        var values = Array(repeating: 0.0, count: model.tracks.count)
        let members = try value.members()
        guard !members.isEmpty else { throw JSONError(value.pointer, "the option has no points for any track") }
        for (name, points) in members {
            values[try place(of: name, in: model.tracks, at: points.pointer)] = try points.number(in: Self.weightRange)
        }
        return values
    }

    private func place(of name: String, in known: [String], at pointer: String) throws(JSONError) -> Int {
        guard let place = known.firstIndex(ofBytes: name) else {
            throw JSONError(pointer, unknown: name, among: known)
        }
        return place
    }
}
