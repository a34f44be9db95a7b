internal import Alignment
internal import Events
internal import JSON
internal import Terminal

extension ModelComparison {
    func table(_ style: TerminalStyle) -> OutputText {
        var lines: [OutputText] = [
            "model     \(model.name) \(model.version), \(normalisation.rawValue)",
            "against   \(other.name) \(other.version)",
            "payloads  \(payloads): \(scoredByBoth) scored by both, \(scoredByModelOnly) by the first only, "
                + "\(scoredByOtherOnly) by the second only, \(scoredByNeither) by neither, \(refused) refused",
            "",
        ]
        let share: OutputText = changedShare.map { " (\(PublishedNumber(100 * $0)) %)" } ?? ""
        lines.append("top track changes: \(changes) of \(scoredByBoth)\(share)")
        for (transition, count) in orderedTransitions {
            lines.append("  \(transition.from.text) -> \(transition.to.text): \(count)")
        }
        lines.append("")
        let width = max(5, tracks.map { OutputText($0.name).count }.max() ?? 0)
        lines.append("\(OutputText("track").left(width))    mean   worst  event of the worst")
        lines += tracks.map { Self.line(OutputText($0.name).left(width), $0.differences) }
        lines.append(style.bold(Self.line(OutputText("all").left(width), overall)))
        if !tracksOfOne.isEmpty {
            lines.append("not compared, in one model only: \(tracksOfOne.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
    }

    private static func line(_ name: OutputText, _ differences: Differences) -> OutputText {
        func number(_ value: Double?) -> OutputText {
            OutputText(value.map { "\(PublishedNumber($0))" } ?? "-").right(6)
        }
        let event: OutputText = differences.worst.map { "\($0.eventID) (line \($0.line))" } ?? "-"
        return "\(name)  \(number(differences.mean))  \(number(differences.worst?.points))  \(event)"
    }

    var json: String {
        var json = JSONText()
        json.object { json in
            json.object("model") { json in json.write(model) }
            json.object("against") { json in json.write(other) }
            json.member("normalisation", normalisation.rawValue)
            json.member("payloads", payloads)
            json.member("scored_by_both", scoredByBoth)
            json.member("scored_by_model_only", scoredByModelOnly)
            json.member("scored_by_against_only", scoredByOtherOnly)
            json.member("scored_by_neither", scoredByNeither)
            json.member("refused", refused)
            json.object("top_track_changes") { json in
                json.member("count", changes)
                json.member("share", changedShare)
                json.array("transitions") { json in
                    for (transition, count) in orderedTransitions {
                        json.object { json in
                            json.member("from", transition.from.text)
                            json.member("to", transition.to.text)
                            json.member("count", count)
                        }
                    }
                }
            }
            json.object("tracks") { json in
                for track in tracks { json.object(track.name) { json in json.write(track.differences) } }
            }
            json.object("overall") { json in json.write(overall) }
            json.array("not_compared") { json in for track in tracksOfOne { json.string(track) } }
        }
        return json.text
    }
}

extension JSONText {
    fileprivate mutating func write(_ model: AlignmentModel) {
        member("name", model.name)
        member("version", model.version)
    }

    fileprivate mutating func write(_ differences: ModelComparison.Differences) {
        member("mean", differences.mean)
        member("worst", differences.worst?.points)
        member("worst_event_id", differences.worst?.eventID)
        member("worst_line", differences.worst?.line)
    }
}
