import Alignment
import JSON

/// The formula of <doc:Alignment>, written down once more in the slowest and plainest way, straight from the model's JSON.
struct NaiveScore {
    var raw: [String: Double] = [:]
    var best: [String: Double] = [:]
    var reference = 0.0
    var base: [String: Double] = [:]
    var answered: [String: Double] = [:]

    init(_ model: JSONValue, _ answers: [(question: String, option: String)], _ normalisation: Normalisation) {
        let tracks = model["tracks"]?.list.map(\.text) ?? []
        var offered = 0.0
        for name in model["questions"]?.names ?? [] {
            guard let question = model["questions"]?[name], let options = question["options"] else { continue }
            for option in options.names {
                offered += (tracks.compactMap { options[option]?[$0]?.number }.max() ?? 0) * weight(of: question, model)
            }
        }
        reference = Double(answers.count) * offered / Double(model["questions"]?.names.count ?? 1)
        for track in tracks {
            for answer in answers {
                guard let question = model["questions"]?[answer.question], let options = question["options"] else {
                    continue
                }
                let weight = weight(of: question, model)
                raw[track, default: 0] += (options[answer.option]?[track]?.number ?? 0) * weight
                best[track, default: 0] += (options.names.map { options[$0]?[track]?.number ?? 0 }.max() ?? 0) * weight
            }
            let full = normalisation == .achievable ? best[track, default: 0] : reference
            let base = full > 0 ? min(100, max(0, 100 * raw[track, default: 0] / full)) : 0
            self.base[track] = base
            answered[track] = min(100, max(0, base + traits(model, track, answers)))
        }
    }

    private func weight(of question: JSONValue, _ model: JSONValue) -> Double {
        model["category_weights"]?[question["category"]?.text ?? ""]?.number ?? 0
    }

    private func traits(
        _ model: JSONValue, _ track: String, _ answers: [(question: String, option: String)]
    ) -> Double {
        guard let traits = model["traits"], let weights = traits["tracks"]?[track] else { return 0 }
        var sum = 0.0
        for name in weights.names {
            let shown = answers.count { answer in
                model["questions"]?[answer.question]?["traits"]?[name]?.list.contains { $0.text == answer.option }
                    ?? false
            }
            let units = Double(answers.count) / (traits["answers_per_unit"]?.number ?? 1)
            sum += (weights[name]?.number ?? 0) * min(1, Double(shown) / max(1, units))
        }
        return (traits["max_points"]?.number ?? 0) * sum
    }
}
