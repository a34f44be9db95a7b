internal import Events
internal import MetricsCatalogue

/// A metric as a file, and its window in words.
enum MetricFile {
    static func csv(_ answers: [MetricAnswer]) -> PageAnswer {
        let rows = MetricCSV.rows(answers).map { $0 + "\r\n" }.joined()
        return PageAnswer(status: 200, contentType: "text/csv; charset=utf-8; header=present", bytes: Array(rows.utf8))
    }

    static func window(_ answer: MetricAnswer, _ choice: MetricChoice) -> String {
        let (from, to) = (
            PageTime(answer.window.from, choice.window.zone), PageTime(answer.window.to, choice.window.zone)
        )
        let quarantined = answer.state.quarantined(of: answer.definition.queues)
        let kept =
            quarantined == 0
            ? ""
            : "; \(Words.count(quarantined, "message")) that arrived in this time are in quarantine and not counted"
        let waiting =
            answer.state.backlog(of: answer.definition.queues).flatMap {
                $0 > 0 ? "; \(Words.count(Int64($0), "message")) still wait at the broker" : nil
            } ?? ""
        return "\(from.full) to \(to.full), \(choice.window.title)\(waiting)\(kept)"
    }
}
