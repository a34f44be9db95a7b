internal import Alignment
internal import Events
internal import Terminal

/// The alignment of one payload, for people.
extension ScoredPayload {
    /// A line for each track, then what else there is to know.
    func table(_ style: TerminalStyle) -> OutputText {
        let session: OutputText = payload.sessionID.map { ", session \($0)" } ?? ""
        var lines: [OutputText] = ["event \(payload.eventID)\(session)"]
        if let result = assessment.result {
            lines += trackLines(result, style)
        } else {
            lines.append("no alignment: there are neither answers nor features that the model weighs")
        }
        if let explanation { for track in explanation.tracks { lines += [""] + Self.lines(track) } }
        lines.append("")
        lines += facts
        return lines.joined(separator: "\n")
    }

    private func trackLines(_ result: AlignmentResult, _ style: TerminalStyle) -> [OutputText] {
        let width = max(5, model.tracks.map { OutputText($0).count }.max() ?? 0)
        let showsReported = !assessment.reported.isEmpty
        func line(
            _ track: OutputText, _ computed: OutputText, _ bar: OutputText, _ reported: OutputText, _ mark: OutputText
        ) -> OutputText {
            let columns = [track.left(width), computed.right(8), bar.left(TerminalStyle.barWidth)]
            let line = columns + (showsReported ? [reported.right(8)] : []) + [mark]
            return line.joined(separator: "  ").withoutTrailingSpaces
        }
        let header = line("track", "computed", "", "reported", "")
        return [header]
            + model.tracks.enumerated().map { track, name in
                let percentage = result.percentages[track]
                let mark: OutputText = track == result.topTrack ? "top" : track == result.runnerUp ? "runner-up" : ""
                let reported: OutputText = assessment.reported[track].map { "\(PublishedNumber($0))" } ?? "-"
                let text = line(
                    OutputText(name), "\(PublishedNumber(percentage))", style.bar(percentage), reported, mark)
                return track == result.topTrack ? style.bold(text) : text
            }
    }

    /// The contributions and their sum, which is the percentage.
    private static func lines(_ track: Explanation.Track) -> [OutputText] {
        let width = max(12, track.contributions.map { OutputText($0.name).count }.max() ?? 0)
        func line(_ kind: OutputText, _ name: OutputText, _ points: Double, _ detail: OutputText) -> OutputText {
            let columns = [kind.left(8), name.left(width), OutputText("\(PublishedNumber(points))").right(6), detail]
            return "  " + columns.joined(separator: "  ").withoutTrailingSpaces
        }
        return [OutputText(track.name)]
            + track.contributions.map {
                line(OutputText($0.kind.rawValue), OutputText($0.name), $0.points, OutputText($0.detail))
            }
            + [line("sum", "", track.sum, "")]
    }

    private var facts: [OutputText] {
        var lines: [OutputText] = ["model    \(model.name) \(model.version), \(normalisation.rawValue)"]
        if let result = assessment.result {
            lines.append("margin   \(PublishedNumber(result.margin)) points between top track and runner-up")
            let share = PublishedNumber(100 * result.share)
            lines.append("answers  \(result.answers) counted, \(share) % of full evidence")
        }
        if let drift = assessment.drift {
            lines.append("drift    \(PublishedNumber(drift.points)) points, \(model.tracks[drift.track])")
        }
        lines += payload.missing.map { missing in
            "warning  \(missing.reason.rawValue) \"\(missing.pointer)\": \(missing.detail); scored all the same"
        }
        lines += warnings.map { "warning  \($0.code.rawValue) \"\($0.pointer)\": \($0.detail)" }
        return lines
    }
}

/// The lines of many payloads, one each.
struct ScoreLines {
    private static let eventWidth = 36

    private let trackWidth: Int

    init(_ model: AlignmentModel) { trackWidth = max(5, model.tracks.map { OutputText($0).count }.max() ?? 0) + 6 }

    var header: OutputText {
        line("line", "event", "top track", "runner-up", "margin", "answers", "share", "drift", "warnings")
    }

    func line(_ scored: ScoredPayload) -> OutputText {
        let (payload, assessment) = (scored.payload, scored.assessment)
        let result = assessment.result
        func track(_ place: Int?) -> OutputText {
            guard let result, let place else { return "-" }
            let width = trackWidth - 6
            return OutputText(scored.model.tracks[place]).left(width)
                + OutputText("\(PublishedNumber(result.percentages[place]))").right(6)
        }
        func number(_ value: Double?) -> OutputText { value.map { "\(PublishedNumber($0))" } ?? "-" }
        return line(
            "\(payload.line)", OutputText(payload.eventID).cut(Self.eventWidth), track(result?.topTrack),
            track(result?.runnerUp), number(result?.margin), result.map { "\($0.answers)" } ?? "-",
            result.map { number(100 * $0.share) + " %" } ?? "-", number(assessment.drift?.points),
            "\(scored.warningCount)")
    }

    private func line(
        _ line: OutputText, _ event: OutputText, _ top: OutputText, _ runnerUp: OutputText, _ margin: OutputText,
        _ answers: OutputText, _ share: OutputText, _ drift: OutputText, _ warnings: OutputText
    ) -> OutputText {
        let columns = [
            line.right(6), event.left(Self.eventWidth), top.left(trackWidth), runnerUp.left(trackWidth),
            margin.right(6), answers.right(7), share.right(7), drift.right(5), warnings.right(8),
        ]
        return columns.joined(separator: "  ")
    }
}
