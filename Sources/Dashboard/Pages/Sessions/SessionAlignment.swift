internal import HTML
internal import MetricsCatalogue
internal import Store

/// How well a session fits each track: computed beside reported, and what the computed part is made of.
struct SessionAlignment {
    private let rows: [SessionStory.Alignment]
    private let explanation: ExplainedAlignment?

    /// Of the last message that has an alignment.
    init(_ story: SessionStory, _ explain: (String) -> ExplainedAlignment?) {
        let message = story.messages.last { !$0.alignments.isEmpty }
        rows = (message?.alignments ?? []).sorted {
            ($0.isShadow ? 1 : 0, -($0.computed ?? 0)) < ($1.isShadow ? 1 : 0, -($1.computed ?? 0))
        }
        explanation = message.flatMap { explain($0.payload) }
    }

    func write(to html: inout HTMLText) {
        html.panel("Alignment", note: "Blue: computed from the answers. The mark: what was reported.") { html in
            guard !rows.isEmpty else { return html.empty("No alignment was computed.") }
            table(&html)
            if let explanation { write(explanation, &html) }
        }
    }

    private func table(_ html: inout HTMLText) {
        html.table(
            "Alignment by track",
            [
                TableHead("Track"), TableHead("Match"), TableHead("Computed", number: true),
                TableHead("Reported", number: true), TableHead("Model"),
            ]
        ) { html in
            for row in rows {
                html.element("tr") { html in
                    html.cell(row.track)
                    html.element("td", [.class("w")]) {
                        $0.bar((row.computed ?? 0) / 100, mark: row.reported.map { $0 / 100 })
                    }
                    html.number(row.computed.map { "\(Words.metric.oneDecimal($0)) %" } ?? "–")
                    html.number(row.reported.map { "\(Words.metric.oneDecimal($0)) %" } ?? "–")
                    html.cell(
                        "\(row.model) \(row.version)\(row.isShadow ? ", shadow" : "")\(row.share.map { $0 < 1 ? ", on \(Words.metric.percent($0)) of the answers" : "" } ?? "")",
                        class: "t")
                }
            }
        }
    }

    private func write(_ explanation: ExplainedAlignment, _ html: inout HTMLText) {
        html.element("details") { html in
            html.element("summary", [.class("note")], "How each percentage comes about")
            html.element("p", [.class("note")], "Of the last message, by the model of now: \(explanation.model).")
            for track in explanation.tracks { write(track, &html) }
        }
    }

    private func write(_ track: ExplainedAlignment.Track, _ html: inout HTMLText) {
        let title = "\(track.name): \(Words.metric.oneDecimal(track.sum)) %"
        html.element("details") { html in
            html.element("summary", [.class("note")], title)
            html.table(
                title, [TableHead("What"), TableHead("Name"), TableHead("Points", number: true), TableHead("How")]
            ) { html in
                for part in track.contributions {
                    html.element("tr") { html in
                        html.cell(part.kind)
                        html.cell(part.name)
                        html.number(Words.metric.oneDecimal(part.points))
                        html.cell(part.detail, class: "t")
                    }
                }
            }
        }
    }
}
