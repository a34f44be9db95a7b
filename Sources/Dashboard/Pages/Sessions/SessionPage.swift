internal import Events
internal import HTML
internal import JSON
internal import MetricsCatalogue
internal import Spelling
internal import Store

/// One session: what was said of it, message by message, and what came of it.
enum SessionPage {
    private static let most = 200

    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var parameters = desk.parameters
        parameters.ignore("until")
        try parameters.finish()
        return try make(desk.request.name ?? "", desk, isRevealed: false)
    }

    /// With personal values, once.
    static func reveal(_ desk: PageDesk) throws -> PageAnswer {
        // An id may be what no path can have: "..".
        let id = desk.request.form?["session"] ?? desk.request.name ?? ""
        let reveal = Reveal(selection: id, page: SessionsPage.url(of: id))
        let reason = try reveal.reason(desk.request)
        let answer = try make(id, desk, isRevealed: true)
        try reveal.record(reason, desk) { $0.member("session_id", id) }
        return answer
    }

    static func make(_ id: String, _ desk: PageDesk, isRevealed: Bool = false) throws -> PageAnswer {
        guard let story = try desk.reader.reader().session(id, messages: most) else { throw try unknown(id, desk) }
        if desk.request.format == .json { return SessionFile.json(story) }
        let row = story.latest
        return desk.layout.page("Session", in: .sessions, formats: [.json]) { html in
            html.element("div", [.class("head")]) { html in
                html.element("div") { html in
                    html.element("h1", "Session \(id)")
                    html.element(
                        "p",
                        "\(Words.count(Int64(story.messages.count), "message"))\(story.isCut ? ", the first of more" : "") of learner \(isRevealed ? row.user : Masked.user(row.user))"
                    )
                }
                if !isRevealed, Reveal.isOffered(desk.request) {
                    Reveal(selection: id, page: SessionsPage.url(of: id)).form(
                        SessionsPage.revealing(id), "session", "Show personal values", desk.request, &html)
                }
            }
            html.element("div", [.class("grid wide")]) { html in
                state(row, desk, &html)
                SessionAlignment(story, desk.view.explain).write(to: &html)
            }
            html.element("div", [.class("grid wide")]) { html in
                modules(story, &html)
                answers(story, &html)
            }
            html.panel(
                "Message by message", class: "block",
                note: isRevealed
                    ? "With personal values. Your name and reason are kept." : "Personal values are hidden."
            ) { html in
                var changes = SessionChanges(isRevealed: isRevealed)
                html.element("ol", [.class("timeline")]) { html in
                    for (place, message) in story.messages.enumerated() {
                        let changed = changes.take(message.payload)
                        let shown = SessionMessage(
                            message: message, changes: place == 0 ? nil : changed, isRevealed: isRevealed)
                        html.element("li") { shown.write(desk.request, &$0) }
                    }
                }
            }
        }
    }

    /// With ids of the newest sessions that are nearly the same.
    @available(*, noasync)
    private static func unknown(_ id: String, _ desk: PageDesk) throws -> PageFault {
        let page = try desk.reader.lists().sessions(
            SessionListFilter(), ListOrder(.date), .first, count: ListLimit.rows,
            ReadLimit(deadline: desk.reader.deadline))
        var near = page.rows.map(\.session).filter { !id.isEmpty && $0.hasPrefix(String(id.prefix(8))) }
        if let one = NearMiss.find(id, among: page.rows.map(\.session)), !near.contains(one) { near.insert(one, at: 0) }
        return .notFound(
            "There is no session of this id.\(near.isEmpty ? "" : " The nearest of the newest:")",
            links: near.prefix(3).map { PageFault.Link("Session \($0)", SessionsPage.url(of: $0).text) }
                + [PageFault.Link("Sessions", "/telemetry/sessions/")])
    }

    private static func state(_ row: SessionRow, _ desk: PageDesk, _ html: inout HTMLText) {
        html.panel("As it stands") { html in
            html.element("dl", [.class("facts")]) { html in
                html.fact("Status") { $0.element("span", [.class("tag")], row.status.replacing("_", with: " ")) }
                for (name, time) in [
                    ("Started", row.startedAt), ("Completed", row.completedAt), ("Decided", row.acceptedAt),
                    ("Went on", row.transitionAt),
                ] {
                    html.fact(name) { html in if let time { html.time(time, desk.request) } else { html.text("–") } }
                }
                html.fact("Time") { $0.text(Words.duration(seconds: row.seconds.map(Double.init))) }
                html.fact("Aptitude, exposure") {
                    $0.text(
                        "\(row.aptitude.map(Words.metric.oneDecimal) ?? "–"), \(row.exposure.map(Words.metric.oneDecimal) ?? "–")"
                    )
                }
                html.fact("Work style, difficulty") { $0.text("\(row.workStyle ?? "–"), \(row.difficulty ?? "–")") }
                html.fact("Recommended") {
                    $0.text(
                        "\(row.recommendedTrack ?? "–")\(row.trackConfidence.map { ", confidence \(Words.metric.percent($0))" } ?? "")"
                    )
                }
                html.fact("Accepted") {
                    $0.text(
                        row.isAccepted.map { $0 ? "yes" : "no\(row.overrideTrack.map { ", \($0) instead" } ?? "")" }
                            ?? "–")
                }
                html.fact("Attempts") {
                    $0.text("\(row.attempts.map { "\($0)" } ?? "–")\(row.wasReset ? ", reset" : "")")
                }
            }
        }
    }

    private static func modules(_ story: SessionStory, _ html: inout HTMLText) {
        html.panel("Modules") { html in
            guard !story.modules.isEmpty else { return html.empty("The session does not say where its time went.") }
            let most = story.modules.map(\.seconds).max() ?? 1
            html.table("Time by module", [TableHead("Module"), TableHead(""), TableHead("Time", number: true)]) {
                html in
                for module in story.modules {
                    html.element("tr") { html in
                        html.cell(module.name)
                        html.element("td", [.class("w")]) { $0.bar(most > 0 ? module.seconds / most : 0) }
                        html.number(Words.metric.duration(module.seconds))
                    }
                }
            }
        }
    }

    private static func answers(_ story: SessionStory, _ html: inout HTMLText) {
        html.panel("Answers") { html in
            guard !story.answers.isEmpty else { return html.empty("None was given yet.") }
            html.element("p") { html in
                for answer in story.answers {
                    html.element("span", [.class("tag mono")], "\(answer.question) \(answer.option)")
                    html.text(" ")
                }
            }
        }
    }
}
