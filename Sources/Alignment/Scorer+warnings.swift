import Events
import JSON

extension Scorer {
    func unknownQuestion(_ answer: Answer, _ bytes: borrowing ByteArena) -> Warning {
        let place = pointer(to: answer)
        switch (answer.questionID, answer.questionKey) {
        case (let id?, let key?):
            return Warning(
                .unknownQuestion, at: "\(place)/question_id",
                "neither \(quoted(bytes.text(id))) nor \(quoted(bytes.text(key))) is a question of the model "
                    + model.name
            )
        case (let id?, nil):
            return Warning(
                .unknownQuestion, at: "\(place)/question_id",
                "\(quoted(bytes.text(id))) is not a question of the model \(model.name)")
        case (nil, let key?):
            return Warning(
                .unknownQuestion, at: "\(place)/question_key",
                "\(quoted(bytes.text(key))) is not a question of the model \(model.name)")
        case (nil, nil):
            return Warning(.unknownQuestion, at: place, "the answer names no question")
        }
    }

    func unknownOption(_ answer: Answer, of question: Int, _ bytes: borrowing ByteArena) -> Warning {
        let options = model.description.questions[question].options.map(\.name)
        return Warning(
            .unknownOption, at: "\(pointer(to: answer))/selected_option",
            notOneOf(options, found: bytes.text(answer.option)))
    }

    func unknownTrack(_ name: String) -> Warning {
        Warning(
            .unknownTrack, at: JSONValue.pointer(Self.reportedPointer, shortened(name)),
            notOneOf(model.tracks, found: name))
    }

    /// A free name may be as long as a message: it is cut.
    private func shortened(_ name: String) -> String {
        let scalars = name.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: 128, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return name }
        return String(scalars[..<end]) + "…"
    }

    static let reportedPointer = "/track_alignment_percentages"

    private func pointer(to answer: Answer) -> String {
        "/\(answer.isFromAnswers ? "answers" : "scenario_choices")/\(answer.position)"
    }
}
