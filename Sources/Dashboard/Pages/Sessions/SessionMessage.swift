internal import HTML
internal import MetricsCatalogue
internal import Store

/// One message of a session: when it came, what it changed, and what it said.
struct SessionMessage {
    /// More changes, and longer values, are in what the message said.
    private static let mostChanges = 60
    private static let longest = 120

    let message: SessionStory.Message
    /// Nil for the first message.
    let changes: [SessionChanges.Change]?
    let isRevealed: Bool

    func write(_ request: PageRequest, _ html: inout HTMLText) {
        html.element("div", [.class("pair")]) { html in
            html.time(message.occurredAt, request)
            html.element("span", [.class("tag")], message.status.replacing("_", with: " "))
            html.eventLink(message.eventID, request)
            if message.duplicates > 0 { html.text("came again \(Words.count(message.duplicates, "time"))") }
            for warning in message.warnings {
                html.element(
                    "a",
                    [
                        .href("/telemetry/definitions/#\(warning.code)"), .class("tag warn"),
                        .attribute("title", warning.detail),
                    ], "▲ \(warning.code)")
            }
        }
        if let changes { write(changes, &html) }
        html.element("details") { html in
            html.element("summary", [.class("note")], "What it said")
            let payload = isRevealed ? message.payload : Masked.payload(message.payload)
            if let payload {
                BodyText(Array(payload.utf8), faults: []).write(to: &html)
            } else {
                html.empty("It cannot be shown without personal values.")
            }
        }
    }

    private func write(_ changes: [SessionChanges.Change], _ html: inout HTMLText) {
        guard !changes.isEmpty else { return html.element("p", [.class("note")], "Nothing changed.") }
        html.element("details") { html in
            html.element(
                "summary", [.class("note")],
                "What changed: \(Words.count(Int64(changes.count), "value"))")
            html.table("What changed", [TableHead("Member"), TableHead("Before"), TableHead("After")]) { html in
                for change in changes.prefix(Self.mostChanges) {
                    html.element("tr") { html in
                        html.cell(change.name, class: "mono")
                        html.cell(change.old.map(Self.cut) ?? "–")
                        html.cell(Self.cut(change.new))
                    }
                }
            }
            if changes.count > Self.mostChanges {
                html.element("p", [.class("note")], "These are the first \(Self.mostChanges).")
            }
        }
    }

    private static func cut(_ text: String) -> String {
        text.count > longest ? "\(text.prefix(longest))…" : text
    }
}
