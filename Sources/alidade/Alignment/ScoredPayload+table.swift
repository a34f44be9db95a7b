internal import Alignment
internal import Events

/// The alignment of one payload, for people.
extension ScoredPayload {
    /// A line for each track, then what else there is to know.
    func table(_ style: TableStyle) -> String {
        var lines = [
            "event \(payload.eventID.printable)" + (payload.sessionID.map { ", session \($0.printable)" } ?? "")
        ]
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

    private func trackLines(_ result: AlignmentResult, _ style: TableStyle) -> [String] {
        let width = max(5, model.tracks.map(\.count).max() ?? 0)
        let showsReported = !assessment.reported.isEmpty
        func line(_ track: String, _ computed: String, _ bar: String, _ reported: String, _ mark: String) -> String {
            let columns = [track.left(width), computed.right(8), bar.left(TableStyle.barWidth)]
            let line = columns + (showsReported ? [reported.right(8)] : []) + [mark]
            return line.joined(separator: "  ").withoutTrailingSpaces
        }
        let header = line("track", "computed", "", "reported", "")
        return [header]
            + model.tracks.enumerated().map { track, name in
                let percentage = result.percentages[track]
                let mark = track == result.topTrack ? "top" : track == result.runnerUp ? "runner-up" : ""
                let reported = assessment.reported[track].map { "\(PublishedNumber($0))" } ?? "-"
                let text = line(name, "\(PublishedNumber(percentage))", style.bar(percentage), reported, mark)
                return track == result.topTrack ? style.emphasised(text) : text
            }
    }

    /// The contributions and their sum, which is the percentage.
    private static func lines(_ track: Explanation.Track) -> [String] {
        let width = max(12, track.contributions.map(\.name.count).max() ?? 0)
        func line(_ kind: String, _ name: String, _ points: Double, _ detail: String) -> String {
            let columns = [kind.left(8), name.left(width), "\(PublishedNumber(points))".right(6), detail]
            return "  " + columns.joined(separator: "  ").withoutTrailingSpaces
        }
        return [track.name]
            + track.contributions.map { line($0.kind.rawValue, $0.name, $0.points, $0.detail) }
            + [line("sum", "", track.sum, "")]
    }

    private var facts: [String] {
        var lines = ["model    \(model.name) \(model.version), \(normalisation.rawValue)"]
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

    init(_ model: AlignmentModel) { trackWidth = max(5, model.tracks.map(\.count).max() ?? 0) + 6 }

    var header: String {
        line("line", "event", "top track", "runner-up", "margin", "answers", "share", "drift", "warnings")
    }

    func line(_ scored: ScoredPayload) -> String {
        let (payload, assessment) = (scored.payload, scored.assessment)
        let result = assessment.result
        func track(_ place: Int?) -> String {
            guard let result, let place else { return "-" }
            let width = trackWidth - 6
            return scored.model.tracks[place].left(width) + "\(PublishedNumber(result.percentages[place]))".right(6)
        }
        func number(_ value: Double?) -> String { value.map { "\(PublishedNumber($0))" } ?? "-" }
        return line(
            "\(payload.line)", payload.eventID.printable.cut(Self.eventWidth), track(result?.topTrack),
            track(result?.runnerUp), number(result?.margin), result.map { "\($0.answers)" } ?? "-",
            result.map { number(100 * $0.share) + " %" } ?? "-", number(assessment.drift?.points),
            "\(scored.warningCount)")
    }

    private func line(
        _ line: String, _ event: String, _ top: String, _ runnerUp: String, _ margin: String, _ answers: String,
        _ share: String, _ drift: String, _ warnings: String
    ) -> String {
        let columns = [
            line.right(6), event.left(Self.eventWidth), top.left(trackWidth), runnerUp.left(trackWidth),
            margin.right(6), answers.right(7), share.right(7), drift.right(5), warnings.right(8),
        ]
        return columns.joined(separator: "  ")
    }
}
